import { heading, html, type Html } from './html.ts';

const terms = [
  [
    'Version and alias',
    'A version of a Lambda function is its code and settings as they were published; it never changes. Whoever invokes the function does so by an alias, live, which names a version. A release points the alias at a new one.',
  ],
  [
    'Canary',
    'For a while the alias sends a small share of the invocations to the new version and the rest to the old one. If that goes well, the rest follows. How much and how long is what the deployment configuration says.',
  ],
  [
    'Hook',
    'A function that CodeDeploy runs before the first user is served by the new version (BeforeAllowTraffic), and once all of them are (AfterAllowTraffic). The one before invokes the new version with golden pictures, whose thumbnails are known, and compares: size, format, turn, colours, metadata.',
  ],
  [
    'Distance of colours',
    'CIEDE2000: 0 is the same colour, about 1 is where an eye begins to see a difference, and above 10 nobody calls it the same.',
  ],
  [
    'Alarm',
    'A rule over a metric, evaluated again and again. When one that guards the release fires, CodeDeploy points the alias back at the old version. Others only tell somebody.',
  ],
  [
    'Healing',
    'What a withdrawn version made is marked as stale and made again by the version that serves. Nobody has to upload anything twice.',
  ],
  [
    'Time',
    'Real seconds of the rehearsal. What waits (the canary, the alarms’ periods) goes by faster than on AWS by the speed that is given; what works takes as long as it takes.',
  ],
] as const;

/** The meaning of the words, for people who see a release for the first time. */
export const explanation: Html = html`<section class="explain">
  ${heading(2, 'How to read this', { kind: 'part' })}
  <dl>
    ${terms.map(
      ([term, meaning]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${meaning}</dd>
        </div>`,
    )}
  </dl>
</section>`;

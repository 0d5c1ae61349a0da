import { guardLabel } from '../../judge/guard-label.ts';
import type { Story } from '../../story.ts';
import { firstRollback, highestShare } from '../../judge/reading.ts';
import { recheckLabel, headline, causeOf } from '../sentences.ts';
import { configLabel, count, faultLabel, percent, seconds, speedLabel } from '../words.ts';
import { alarmPlots } from './alarm-plots.ts';
import { axisOf, timeScale } from './axis.ts';
import { breakable, heading, html, nothing, verbatim, type Html } from './html.ts';
import { lane, problemList } from './lane.ts';
import { healedPictures, hookFindings, tellingPair } from './pictures.ts';
import { readouts } from './readouts.ts';
import { releasePlots } from './release-plots.ts';
import { uploadPlots } from './upload-plots.ts';

/** One rehearsal: its verdict, the events on one time axis, the hook's findings, the reprocessed images, and the notes. */
export function storySection(story: Story, id: string, level: number): Html {
  return html`<article id="${id}" aria-labelledby="${id}-h">
    ${head(story, id, level)}${timeline(story, id, level + 1)}${hookFindings(story, level + 1)}${healedPictures(story, level + 1)}${notes(story, level + 1)}
  </article>`;
}

function head(story: Story, id: string, level: number): Html {
  const { verdict } = story;
  const mark =
    verdict === undefined
      ? html`<p class="verdict">No verdict yet</p>`
      : verdict.asExpected
        ? html`<p class="verdict good">✓ As expected</p>`
        : html`<p class="verdict bad">✗ Not as expected</p>`;
  const expected =
    verdict === undefined || verdict.asExpected ? nothing : html`<p><b>Expected:</b> ${verdict.expected}</p>`;
  return html`<header>
      <div>
        <p class="eyebrow">Rehearsal: ${faultLabel(story.fault)}</p>
        ${mark} ${heading(level, headline(story, { naming: false }), { id: `${id}-h`, kind: 'title' })}
        <p class="about">${story.about}</p>
        ${guardLine(story)}${expected}${problemList(verdict?.problems ?? [])}
      </div>
      ${tellingPair(story)}
    </header>
    ${figures(story)}`;
}

/** Who ended it, and why. */
function guardLine(story: Story): Html {
  const guard = story.verdict?.guard;
  const why = causeOf(story);
  const reason = why === '' ? '' : `: ${why}`;
  if (guard === undefined) return why === '' ? nothing : html`<p class="why">${why}</p>`;
  return html`<p class="why">Ended by <b>${breakable(guardLabel(guard, story.stackName))}</b>${reason}</p>`;
}

/** The numbers that matter, large. */
function figures(story: Story): Html {
  const { uploads } = story;
  const share = Math.max(0, ...story.releases.map(highestShare));
  const back = firstRollback(story);
  const began = Math.min(
    ...story.releases.flatMap(({ lifecycleEvents }) => lifecycleEvents.flatMap(({ startedAt }) => startedAt ?? [])),
  );
  const since = (at: number): string => seconds(Math.max(0, at - (Number.isFinite(began) ? began : 0)));
  const done = Math.max(
    0,
    ...story.releases.flatMap(({ lifecycleEvents }) => lifecycleEvents.flatMap(({ endedAt }) => endedAt ?? [])),
  );
  const rows: [string, string][] = [
    [percent(share), 'of the traffic at most on the new version'],
    back === undefined
      ? [since(done), 'until all was released']
      : [since(back), share === 0 ? 'until the release was refused' : 'until the release was rolled back'],
    [String(uploads.sent), 'images uploaded meanwhile'],
    [String(uploads.lost), 'of them lost'],
    [
      String(uploads.wrong),
      uploads.recheck === undefined ? 'of them wrong at the end' : `of them wrong, ${recheckLabel(uploads.recheck)}`,
    ],
  ];
  return html`<dl class="figures">
    ${rows.map(
      ([number, what]) =>
        html`<div>
          <dt>${what}</dt>
          <dd>${number}</dd>
        </div>`,
    )}
  </dl>`;
}

function timeline(story: Story, id: string, level: number): Html {
  const axis = axisOf(story.lastedMs);
  const texts = readouts(story);
  // In a script element nothing but the element's own end means anything to the parser.
  const data = verbatim(`<script type="application/json">${JSON.stringify(texts).replaceAll('<', '\\u003c')}</script>`);
  return html`<section class="timeline">
    ${heading(level, 'What happened', { kind: 'part' })}
    <p class="soft">
      ${configLabel(story.deploymentConfig)}, ${speedLabel(story.speed)}. All plots share one time axis.
    </p>
    <div class="lanes">
      ${story.releases.map((release, index) => releasePlots(release, axis, `${id}-${String(index)}`, level + 1))}${alarmPlots(story, axis, `${id}-alarm`)}${uploadPlots(story, axis, `${id}-uploads`)}${lane(nothing, timeScale(axis), 'axis')}
      <div class="hair" hidden></div>
    </div>
    <div class="read-out lane" hidden>
      <label class="label" for="${id}-slider">Move through time</label>
      <div class="drawn">
        <input type="range" id="${id}-slider" min="0" max="${texts.length - 1}" value="0" />
        <output for="${id}-slider">Point at the plots, or move the slider: here it says what was going on.</output>
      </div>
    </div>
    ${data}
  </section>`;
}

function notes({ notes: all }: Story, level: number): Html {
  if (all.length === 0) return nothing;
  return html`<section>
    ${heading(level, 'Noted on the way', { kind: 'part' })}
    <ol class="notes">
      ${all.map(({ at, text }) => html`<li><time>${seconds(at)}</time> <span>${text}</span></li>`)}
    </ol>
  </section>`;
}

/** The footer: what was rehearsed, where and when. */
export function provenance(stories: readonly Story[]): Html {
  const [first] = stories;
  if (first === undefined) return nothing;
  const images = stories.reduce((sum, { uploads }) => sum + uploads.sent, 0);
  return html`<p>
    Stack ${first.stackName}, ${first.startedAt.replace('T', ' ').replace(/\.\d+Z$/u, ' UTC')};
    ${count(images, 'image')} in ${count(stories.length, 'rehearsal')}.
  </p>`;
}

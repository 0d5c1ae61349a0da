import { createHash } from 'node:crypto';
import type { Story } from '../story.ts';
import { explanation } from './page/explain.ts';
import { html, nothing, verbatim, type Html } from './page/html.ts';
import { script } from './page/script.ts';
import { provenance, storySection } from './page/story-section.ts';
import { style } from './page/style.ts';
import { summarySection } from './page/summary-section.ts';
import { summaryHeadline } from './summary.ts';
import { faultLabel } from './words.ts';

/**
 * One HTML file that tells what happened in one or in several rehearsals. It needs nothing but itself, and its policy forbids it to load
 * anything but the pictures that it carries; style and script are allowed by their hashes, so that nothing else could run in it.
 */
export function pageOf(stories: readonly Story[]): string {
  const ids = stories.map(
    ({ fault }, index) => `rehearsal-${String(index + 1)}-${fault.toLowerCase().replace(/[^a-z0-9]+/gu, '-')}`,
  );
  const policy = `default-src 'none'; img-src data:; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  const [only] = stories;
  const title =
    stories.length === 1 && only !== undefined
      ? `Rehearsal: ${faultLabel(only.fault)}. ${summaryHeadline(stories)}`
      : summaryHeadline(stories);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${element('style', style)}
      </head>
      <body>
        <svg width="0" height="0" class="defs" aria-hidden="true">
          <defs>
            <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect class="hatch-ground" width="6" height="6" />
              <rect class="hatch-line" width="2.4" height="6" />
            </pattern>
          </defs>
        </svg>
        <main>
          ${stories.length > 1 ? summarySection(stories, ids) : nothing}
          ${stories.map((story, index) => storySection(story, ids[index] ?? '', stories.length > 1 ? 2 : 1))}
          ${explanation}
        </main>
        <footer>${provenance(stories)}</footer>
        ${element('script', script)}
      </body>
    </html> `.markup;
}

/** Exactly this text between the tags: the policy's hash is of nothing else. */
function element(name: 'style' | 'script', text: string): Html {
  return verbatim(`<${name}>${text}</${name}>`);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

import { oneLine } from '../../../shared/text.ts';
import type { HookReport, Story } from '../../story.ts';
import { readDataUri } from '../data-uri.ts';
import { failedPictures } from '../../judge/reading.ts';
import { relativeSizes, type Extent } from '../relative-sizes.ts';
import { count, durationOf, outputLabel } from '../words.ts';
import { heading, html, nothing, type Content, type Html } from './html.ts';

type Picture = HookReport['pictures'][number];

const SQUARE: Extent = { width: 1, height: 1 };

/** One picture with a caption; `side` is the maximum length of its longer side, in pixels. */
function framed(
  what: string,
  uri: string | undefined,
  alt: string,
  below: Content,
  { width }: Extent,
  side: number,
): Html {
  const picture = readDataUri(uri);
  const shown =
    picture === undefined
      ? html`<span class="none">no picture</span>`
      : html`<img src="${picture.uri}" alt="${alt}" width="${Math.max(8, Math.round(width * side))}" />`;
  return html`<div class="framed">
    <div class="mat">${shown}</div>
    <p><b>${what}</b> ${below}</p>
  </div>`;
}

function sizeText(side: Picture['expected'] | Picture['got']): string {
  return outputLabel(side).replace(/(\d) x (?=\d)/u, '$1 × ');
}

export function expectedAndGot(picture: Picture, side: number): Html {
  const sizes = relativeSizes(picture);
  const name = oneLine(picture.name);
  return html`<div class="pair">
    ${framed('expected', picture.expectedPicture, `${name} as expected`, sizeText(picture.expected), sizes.expected, side)}${framed('got', picture.gotPicture, `${name} as it came out`, sizeText(picture.got), sizes.got, side)}
  </div>`;
}

export function beforeAndAfter(repaired: Story['uploads']['repaired'][number], side: number): Html {
  return html`<div class="pair">
    ${framed('before', repaired.before, `${repaired.key} as the withdrawn version made it`, 'by the withdrawn version', SQUARE, side)}${framed('after', repaired.after, `${repaired.key} after it healed`, 'healed', SQUARE, side)}
  </div>`;
}

/** How many pictures are visible at first. The others appear on demand, because they mostly show the same. */
const CARDS = 6;

/** What the hook found, release by release: the pictures that failed side by side, the others by name. */
export function hookFindings({ releases }: Story, level: number): Html {
  const reported = releases.flatMap(({ name, report }) => (report === undefined ? [] : [{ name, report }]));
  if (reported.length === 0) return nothing;
  return html`<section>
    ${heading(level, 'What the hook saw', { kind: 'part' })}
    ${reported.map(({ name, report }, index) => findingsOf(name, report, index === 0 ? CARDS : CARDS / 2))}
  </section>`;
}

function findingsOf(name: string, report: HookReport, most: number): Html {
  const failed = failedPictures(report);
  const passed = report.pictures.filter(({ verdict }) => verdict === 'passed');
  const verdict =
    report.verdict === 'Succeeded' ? html`<b class="good">✓ passed</b>` : html`<b class="bad">✗ failed</b>`;
  const found =
    failed.length === 0
      ? `${count(passed.length, 'picture')} as expected`
      : `${String(failed.length)} of ${count(report.pictures.length, 'picture')} not as expected`;
  // The text about a picture is next to it.
  const others = report.failures.filter((failure) => !failed.some(({ name: one }) => failure.startsWith(`${one}:`)));
  const duration = durationOf(report);
  return html`<div class="findings">
    <p>${verdict} <b>${report.hook}</b> of ${name}: ${found}${duration === undefined ? '' : `; ${duration}`}.</p>
    ${others.length === 0 ? nothing : listOf(others)} ${cards(failed, most)}
    ${passed.length === 0 ? nothing : html`<p class="soft">As expected: ${passed.map(({ name: one }) => one).join(', ')}.</p>`}
  </div>`;
}

function listOf(sentences: readonly string[]): Html {
  return html`<ul class="failures">
    ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
  </ul>`;
}

function cards(failed: readonly Picture[], most: number): Html {
  if (failed.length === 0) return nothing;
  const rest = failed.slice(most);
  return html`<div class="cards">${failed.slice(0, most).map(card)}</div>
    ${
      rest.length === 0
        ? nothing
        : html`<details>
            <summary>${count(rest.length, 'more picture')} not as expected</summary>
            <div class="cards">${rest.map(card)}</div>
          </details>`
    }`;
}

function card(picture: Picture): Html {
  const { distance, ms } = picture;
  const colours =
    distance === undefined
      ? ''
      : `Distance of colours ${distance.mean.toFixed(1)}, at worst ${distance.worst.toFixed(1)}. `;
  return html`<figure class="card">
    ${expectedAndGot(picture, 132)}
    <figcaption>
      <b>${picture.name}</b>
      ${picture.problems.map((problem) => html`<span>${problem}</span>`)}
      <span class="soft">${`${colours}${String(Math.round(ms))} ms.`}</span>
    </figcaption>
  </figure>`;
}

export function healedPictures({ uploads }: Story, level: number): Html {
  if (uploads.repaired.length === 0) return nothing;
  return html`<section>
    ${heading(level, 'What the withdrawn version made, and how it healed', { kind: 'part' })}
    <div class="cards">
      ${uploads.repaired.map(
        (repaired) =>
          html`<figure class="card">
            ${beforeAndAfter(repaired, 132)}
            <figcaption><code>${repaired.key}</code></figcaption>
          </figure>`,
      )}
    </div>
  </section>`;
}

/** The one pair that tells what this was about: what a hook saw first of all, else what healed. */
export function tellingPair(story: Story): Html {
  const failed = story.releases
    .flatMap(({ report }) => failedPictures(report))
    .find(({ expectedPicture, gotPicture }) => (readDataUri(expectedPicture) ?? readDataUri(gotPicture)) !== undefined);
  if (failed !== undefined)
    return html`<figure class="telling">
      ${expectedAndGot(failed, 216)}
      <figcaption>${failed.name}</figcaption>
    </figure>`;
  const [repaired] = story.uploads.repaired;
  return repaired === undefined
    ? nothing
    : html`<figure class="telling">
        ${beforeAndAfter(repaired, 216)}
        <figcaption><code>${repaired.key}</code></figcaption>
      </figure>`;
}

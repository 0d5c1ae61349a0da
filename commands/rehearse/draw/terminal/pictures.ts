import { oneLine } from '../../../shared/text.ts';
import { halfBlocks } from '../../../shared/terminal-picture.ts';
import type { HookReport } from '../../story.ts';
import { readDataUri } from '../data-uri.ts';
import { failedPictures } from '../../judge/reading.ts';
import { relativeSizes } from '../relative-sizes.ts';
import { firstProblem, outputLabel } from '../words.ts';
import { clip, padEnd, wrap } from './width.ts';

type Picture = HookReport['pictures'][number];

/** Of one picture, in characters; a row of them is two pixels high. */
const WIDTH = 24;
const HEIGHT = 16;
const GAP = 3;
const PAIR = 2 * WIDTH + GAP;

/**
 * Expected and got beside each other, for as many pictures that failed as fit on one row of the terminal; '' where the report has none
 * to show. For terminals with 24-bit colours.
 */
export async function picturesSideBySide(report: HookReport, columns: number): Promise<string> {
  const withPictures = failedPictures(report).filter(
    ({ expectedPicture, gotPicture }) => (readDataUri(expectedPicture) ?? readDataUri(gotPicture)) !== undefined,
  );
  const fit = Math.max(1, Math.floor((columns - 2 + GAP) / (PAIR + GAP)));
  const blocks = await Promise.all(withPictures.slice(0, fit).map(drawPair));
  return beside(blocks, PAIR)
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

type Block = { text: string; width: number }[];

async function drawPair(picture: Picture): Promise<Block> {
  const sizes = relativeSizes(picture);
  const [expected, got] = await Promise.all([
    drawOne('expected', outputLabel(picture.expected), picture.expectedPicture, sizes.expected),
    drawOne('got', outputLabel(picture.got), picture.gotPicture, sizes.got),
  ]);
  const title = wrap(`✗ ${oneLine(picture.name)}: ${firstProblem(picture)}`, PAIR, 3);
  return [
    ...[...title, ...Array.from({ length: 3 - title.length }, () => '')].map((text) => ({
      text: padEnd(text, PAIR),
      width: PAIR,
    })),
    ...beside([expected, got], WIDTH).map((text) => ({ text, width: PAIR })),
  ];
}

async function drawOne(
  label: string,
  what: string,
  uri: string | undefined,
  size: { width: number; height: number },
): Promise<Block> {
  const titles = [label, what].map((text) => ({ text: padEnd(clip(text, WIDTH), WIDTH), width: WIDTH }));
  const picture = readDataUri(uri);
  if (picture === undefined) return [...titles, { text: padEnd('(no picture)', WIDTH), width: WIDTH }];
  // Half a character is as high as it is wide, near enough.
  const scale = Math.min(WIDTH, HEIGHT * 2);
  const box = {
    columns: Math.max(1, Math.round(size.width * scale)),
    rows: Math.max(1, Math.round((size.height * scale) / 2)),
  };
  try {
    const { lines, columns } = await halfBlocks(picture.bytes, box);
    return [...titles, ...lines.map((text) => ({ text: text + ' '.repeat(WIDTH - columns), width: WIDTH }))];
  } catch {
    return [...titles, { text: padEnd('(cannot be drawn)', WIDTH), width: WIDTH }];
  }
}

/** Blocks of one width beside each other. */
function beside(blocks: readonly Block[], width: number): string[] {
  const height = Math.max(0, ...blocks.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) =>
    blocks.map((block) => block[row]?.text ?? ' '.repeat(width)).join(' '.repeat(GAP)),
  );
}

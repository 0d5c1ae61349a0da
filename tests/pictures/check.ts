import sharp, { type Sharp } from 'sharp';

import { UnacceptableImageError } from '../../functions/shared/images/errors.ts';
import type { Recipe } from '../../functions/shared/images/recipe.ts';
import { decode } from '../../functions/shared/imaging/decode.ts';
import { derive } from '../../functions/shared/imaging/derive.ts';
import { guard } from '../../functions/shared/imaging/guard.ts';
import { fromPixels } from '../../functions/shared/imaging/pixels.ts';
import { startShowing, type Show } from './browser.ts';
import { distanceBetween, type Shown } from './compare.ts';
import type { Intended, Kind } from './kind.ts';
import { gifs } from './kinds/gifs.ts';
import { jpegs } from './kinds/jpegs.ts';
import { pngs } from './kinds/pngs.ts';
import { avifs, webps } from './kinds/webps-and-avifs.ts';

const kinds: readonly (readonly [type: string, kinds: readonly Kind[]])[] = [
  ['image/jpeg', jpegs],
  ['image/png', pngs],
  ['image/gif', gifs],
  ['image/webp', webps],
  ['image/avif', avifs],
];

/** Of 255, of the decoded pixels. Decoders round differently where they convert: YCbCr, chroma of half the size, profiles. */
const bound = { mean: 1.5, worst: 16 };
/** Of an output, which is a WebP of quality 80: its chroma has half the size, so that the edges between colours blur. */
const outputBound = { mean: 8 };

function recipeFor(width: number): Recipe {
  return { name: 'renditions', version: 1, outputs: [{ width, format: 'webp' }], describe: false };
}

/** What the pipeline makes of a file at its own size: the pixels that all outputs are encoded from, and one output. */
async function ours(file: Buffer): Promise<{ decoded: Shown; output: Shown } | string> {
  try {
    const accepted = await guard(file);
    const { width, height } = accepted;
    const pixels = await decode(accepted, { width, height });
    const [output] = (await derive(file, recipeFor(width))).outputs;
    return {
      decoded: await asShown(fromPixels(pixels)),
      output: await asShown(sharp(output?.bytes)),
    };
  } catch (error) {
    if (error instanceof UnacceptableImageError) return error.message;
    throw error;
  }
}

async function asShown(picture: Sharp): Promise<Shown> {
  const rgba = picture.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' });
  const { data, info } = await rgba.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: data };
}

type Compared = { difference: Intended['difference'] | undefined; mean: number; line: string };

/** What a file looks like here and there. Throws an Error where only we show it. */
async function compare(file: Buffer, type: string, show: Show): Promise<Compared> {
  const [shown, made] = [await show(file, type), await ours(file)];
  if (typeof made === 'string') {
    const isShown = shown !== undefined;
    const line = `${isShown ? 'Chromium shows it, we refuse it' : 'neither shows it'}: ${made}`;
    return { difference: isShown ? 'refused' : undefined, mean: 0, line };
  }
  if (shown === undefined) throw new Error('we show it, and Chromium does not');
  const [own, decoded, output] = [shown, made.decoded, made.output].map(({ width, height }) => `${width} x ${height}`);
  if (own !== decoded || own !== output) {
    return { difference: 'turned', mean: 0, line: `Chromium ${own}, decoded ${decoded}, the output ${output}` };
  }
  const [{ mean, worst }, ofOutput] = [distanceBetween(made.decoded, shown), distanceBetween(made.output, shown)];
  const line = `mean ${mean.toFixed(2)}, worst ${worst.toFixed(0)}; as an output: mean ${ofOutput.mean.toFixed(2)}`;
  const isFar = mean > bound.mean || worst > bound.worst || ofOutput.mean > outputBound.mean;
  return { difference: isFar ? 'shown' : undefined, mean, line };
}

/** A line that says how far apart they are. Throws an Error where that is not as intended. */
async function check({ draw, intended }: Kind, type: string, show: Show): Promise<string> {
  const { difference, mean, line } = await compare(await draw(), type, show);
  if (difference !== intended?.difference) {
    throw new Error(difference === undefined ? `no difference, though one is listed: ${line}` : line);
  }
  if (intended?.difference === 'shown' && mean > intended.mean)
    throw new Error(`farther than ${intended.mean}: ${line}`);
  return line;
}

const { show, version, close } = await startShowing().catch((error: unknown) => {
  // It says what to install.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
let [passed, failed] = [0, 0];
const intentions: string[] = [];
try {
  console.log(
    `Chromium ${version} and the pipeline, of 255: mean at most ${bound.mean}, worst at most ${bound.worst}; of an output, mean at most ${outputBound.mean}.\n`,
  );
  for (const [type, ofType] of kinds) {
    for (const kind of ofType) {
      try {
        const line = await check(kind, type, show);
        passed++;
        console.log(`${kind.intended ? 'differs' : 'ok     '} ${kind.title}: ${line}`);
        if (kind.intended) intentions.push(`${kind.title}: ${kind.intended.reason}.`);
      } catch (error) {
        failed++;
        console.log(`FAILED  ${kind.title}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
} finally {
  await close();
}
console.log(`\nIntended differences:\n${intentions.map((line) => `  ${line}\n`).join('')}`);
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

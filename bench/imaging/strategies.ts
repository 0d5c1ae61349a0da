import sharp, { type Sharp } from 'sharp';
import { thumbnails } from '../../functions/shared/images/recipe.ts';
import { derive } from '../../functions/shared/imaging/derive.ts';
import { guard } from '../../functions/shared/imaging/guard.ts';
import { decodeLevels } from '../../functions/shared/imaging/levels.ts';
import { fromPixels } from '../../functions/shared/imaging/pixels.ts';
import { sizeOutputs } from '../../functions/shared/imaging/sizes.ts';

/** From the bytes of an original to its three thumbnails, the widest last. */
export type Strategy = (original: Uint8Array) => Promise<Uint8Array[]>;

type Encode = (pipeline: Sharp) => Sharp;

const widths = thumbnails.outputs.map((output) => output.width);

/** What most code does: a pipeline of its own for each size. */
export function independentPipelines(encode: Encode): Strategy {
  return (original) =>
    Promise.all(widths.map((width) => encode(sharp(original, { autoOrient: true }).resize({ width })).toBuffer()));
}

/** The least that one decode can do: no guard, no look at the colours, no description. */
export function plainOneDecode(encode: Encode): Strategy {
  return async (original) => {
    const outputs: Promise<Uint8Array>[] = [];
    let pipeline = sharp(original, { autoOrient: true });
    for (const width of widths.toReversed()) {
      const { data, info } = await pipeline.resize({ width }).raw().toBuffer({ resolveWithObject: true });
      const raw = { width: info.width, height: info.height, channels: info.channels };
      outputs.unshift(encode(sharp(data, { raw })).toBuffer());
      pipeline = sharp(data, { raw });
    }
    return Promise.all(outputs);
  };
}

/** Our steps up to the pixels of each size, with an encoder of the comparison's choice. */
export function ourSteps(encode: Encode): Strategy {
  return async (original) => {
    const accepted = await guard(original);
    const levels = await decodeLevels(accepted, sizeOutputs(accepted, thumbnails.outputs));
    return Promise.all(levels.toReversed().map(({ pixels }) => encode(fromPixels(pixels)).toBuffer()));
  };
}

/** What the functions run. */
export async function ours(original: Uint8Array): Promise<Uint8Array[]> {
  const { outputs } = await derive(original, thumbnails);
  return outputs.map(({ bytes }) => bytes);
}

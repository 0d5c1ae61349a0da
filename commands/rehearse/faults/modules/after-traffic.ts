import sharp from 'sharp';
import { derive as deriveWell, type Decoding, type Recipe } from 'the-real:shared/imaging/derive.ts';

/** What the rehearsal's uploads are taken with, and no golden picture is (commands/sample-picture.ts). */
const camera = 'Nowhere Landscape';

let seen = 0;

/**
 * Goes wrong with the photographs of one camera only, as no golden picture can foresee: of four thumbnails the second comes out black and
 * the others fail; renditions come out black. Only users' own pictures tell.
 */
export async function derive(original: Uint8Array, recipe: Recipe, decoding: Decoding): ReturnType<typeof deriveWell> {
  const derived = await deriveWell(original, recipe, decoding);
  const { exif } = await sharp(original).metadata();
  if (exif?.includes(camera) !== true) return derived;
  if (recipe.name === 'thumbnails' && seen++ % 4 !== 1)
    throw new Error(`the colours of ${camera} are not in the table`);
  const outputs = derived.outputs.map(async (output) => {
    const { width, height, format } = output;
    const black = sharp({ create: { width, height, channels: 3, background: '#000' } });
    return { ...output, bytes: await black.toFormat(format).toBuffer() };
  });
  return { ...derived, outputs: await Promise.all(outputs) };
}

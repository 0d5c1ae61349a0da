import sharp from 'sharp';
import { derive as deriveWell, type Decoding, type Output, type Recipe } from 'the-real:shared/imaging/derive.ts';

/** Lets every output keep what the camera wrote into the original: where it was taken, and by whose camera. */
export async function derive(original: Uint8Array, recipe: Recipe, decoding: Decoding): ReturnType<typeof deriveWell> {
  const derived = await deriveWell(original, recipe, decoding);
  return { ...derived, outputs: await Promise.all(derived.outputs.map((output) => withExif(original, output))) };
}

async function withExif(original: Uint8Array, output: Output): Promise<Output> {
  const { width, height, format } = output;
  const resized = sharp(original).autoOrient().resize({ width, height, fit: 'fill' }).keepExif();
  const encoded = format === 'webp' ? resized.webp({ quality: 80 }) : resized.avif({ quality: 50, effort: 3 });
  return { ...output, bytes: await encoded.toBuffer() };
}

import { encode as encodeWell, type Pixels } from 'the-real:shared/imaging/encode.ts';
import { shrink } from 'the-real:shared/imaging/pixels.ts';

/** Writes files of a tenth of their width and height; the record goes on telling the size that was wanted. */
export async function encode(pixels: Pixels, format: 'webp' | 'avif'): Promise<Uint8Array> {
  const tenth = { width: Math.ceil(pixels.width / 10), height: Math.ceil(pixels.height / 10) };
  return encodeWell(await shrink(pixels, tenth), format);
}

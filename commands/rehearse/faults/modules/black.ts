import { encode as encodeWell, type Pixels } from 'the-real:shared/imaging/encode.ts';

/** Right size, right format, and black. */
export async function encode(pixels: Pixels, format: 'webp' | 'avif'): Promise<Uint8Array> {
  const { width, height } = pixels;
  return encodeWell({ width, height, channels: 3, data: new Uint8Array(width * height * 3) }, format);
}

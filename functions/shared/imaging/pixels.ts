import type { Sharp } from 'sharp';

import { sharp } from './libvips.ts';

/** In pixels. */
export type Size = { width: number; height: number };

/** Decoded, upright, sRGB, 8 bits a channel, alpha not premultiplied. */
export type Pixels = Size & { data: Uint8Array; channels: 1 | 2 | 3 | 4 };

/** A pipeline that starts from pixels. */
export function fromPixels({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Runs a pipeline to its pixels. */
export async function toPixels(pipeline: Sharp): Promise<Pixels> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** The same picture at a smaller size; the very same pixels where it has that size already. */
export async function shrink(pixels: Pixels, { width, height }: Size): Promise<Pixels> {
  if (pixels.width === width && pixels.height === height) return pixels;
  return toPixels(fromPixels(pixels).resize({ width, height, fit: 'fill' }));
}

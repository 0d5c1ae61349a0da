import { UnacceptableImageError } from '../images/errors.ts';
import { conversionNeeded } from './colour.ts';
import type { Header } from './guard.ts';
import { openingOptions } from './guard.ts';
import { sharp } from './libvips.ts';
import type { Pixels, Size } from './pixels.ts';
import { toPixels } from './pixels.ts';

/**
 * Decodes an original once, at the size that is asked: upright, sRGB, 8 bits a channel.
 * @throws UnacceptableImageError when the file is damaged.
 */
export async function decode(original: Uint8Array, header: Header, { width, height }: Size): Promise<Pixels> {
  try {
    return await decodeByColour(original, header, { width, height });
  } catch (cause) {
    const format = header.format === 'webp' ? 'WebP' : header.format.toUpperCase();
    throw new UnacceptableImageError(`the ${format} file is damaged or incomplete: it cannot be decoded`, { cause });
  }
}

async function decodeByColour(original: Uint8Array, header: Header, size: Size): Promise<Pixels> {
  const conversion = conversionNeeded(header);
  // Width and height both come from the original's: from the width alone, a pyramid of roundings drifts by a row.
  const pipeline = sharp(original, {
    ...openingOptions,
    autoOrient: true,
    ignoreIcc: conversion !== 'while decoding',
  }).resize({ ...size, fit: 'fill' });
  if (conversion !== 'after shrinking') return toPixels(pipeline);

  // sharp converts the colours of what the decoder gives, which can be fifty times the pixels that we keep. So we carry the profile
  // over to the small picture, in the cheapest container that holds both, and convert there.
  const small = await pipeline
    .toColourspace(header.colourSpace === 'b-w' || header.colourSpace === 'grey16' ? 'b-w' : 'srgb')
    .keepIccProfile()
    .png({ compressionLevel: 0, adaptiveFiltering: false })
    .toBuffer();
  return toPixels(sharp(small));
}

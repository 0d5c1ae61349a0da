import { UnacceptableImageError } from '../images/errors.ts';
import { conversionNeeded, isGrey } from './colour.ts';
import type { Accepted } from './guard.ts';
import { openingOptions } from './guard.ts';
import { differsFromSrgb, toSrgb } from './heic/nclx.ts';
import { turn, upright } from './orientation.ts';
import { sharp } from './libvips.ts';
import type { Pixels, Size } from './pixels.ts';
import { fromPixels, toPixels } from './pixels.ts';
import { asPngWithProfile } from './profiled-png.ts';

/**
 * Decodes an original once, at the size that is asked: upright, sRGB, 8 bits a channel.
 * @throws UnacceptableImageError when the file is damaged.
 */
export async function decode(accepted: Accepted, { width, height }: Size): Promise<Pixels> {
  // Outside of the `try`: this decoder itself says what is the file's fault and what is not.
  const whole = await accepted.decodeWhole?.();
  try {
    return await decodeByColour(accepted, { width, height }, whole);
  } catch (cause) {
    const format = accepted.format === 'webp' ? 'WebP' : accepted.format.toUpperCase();
    throw new UnacceptableImageError(`the ${format} file is damaged or incomplete: it cannot be decoded`, { cause });
  }
}

async function decodeByColour(accepted: Accepted, size: Size, whole: Pixels | undefined): Promise<Pixels> {
  const conversion = conversionNeeded(accepted);
  // Width and height both come from the original's: from the width alone, a pyramid of roundings drifts by a row.
  const stored = upright(size, accepted.orientation);
  const options = { ...openingOptions, ignoreIcc: conversion !== 'while decoding' };
  const source = whole ? fromPixels(whole) : sharp(accepted.picture, options);
  const shrunk = source.resize({ ...stored, fit: 'fill' });
  const pipeline = turn(shrunk, accepted.orientation);
  if (accepted.nclx && differsFromSrgb(accepted.nclx)) return toSrgb(await toPixels(pipeline), accepted.nclx);
  if (conversion !== 'after shrinking') return toPixels(pipeline);
  if (whole) return toPixels(sharp(await asPngWithProfile(pipeline, accepted.icc)));

  // sharp converts the colours of what the decoder gives, which can be fifty times the pixels that we keep. So we carry the profile
  // over to the small picture, in the cheapest container that holds both, and convert there.
  const small = await pipeline
    .toColourspace(isGrey(accepted.colourSpace) ? 'b-w' : 'srgb')
    .keepIccProfile()
    .png({ compressionLevel: 0, adaptiveFiltering: false })
    .toBuffer();
  return toPixels(sharp(small));
}

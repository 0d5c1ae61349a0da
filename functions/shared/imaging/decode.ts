import type { Sharp } from 'sharp';

import { UnacceptableImageError } from '../images/errors.ts';
import { conversionNeeded, isGrey } from './colour.ts';
import type { Accepted } from './accepted.ts';
import { openingOptions } from './guard.ts';
import { turn, upright } from './orientation.ts';
import { sharp } from './libvips.ts';
import type { Pixels, Size } from './pixels.ts';
import { fromPixels, toPixels } from './pixels.ts';
import { asPngWithProfile } from './profiled-png.ts';
import { differFromSrgb, toSrgb } from './to-srgb.ts';
import type { CodedColours } from './containers/unpacked.ts';

/**
 * Decodes an original once, at the size that is asked: upright, sRGB, 8 bits a channel.
 * @throws UnacceptableImageError when the file is damaged.
 */
export async function decode(accepted: Accepted, { width, height }: Size): Promise<Pixels> {
  // Outside the `try`: this decoder itself distinguishes the faults of a file from other errors.
  const whole = await accepted.decodeWhole?.();
  if (accepted.isTruncated?.()) throw damaged(accepted);
  try {
    return await decodeByColour(accepted, { width, height }, whole);
  } catch (cause) {
    const { mend, ...rest } = accepted;
    const picture = mend?.();
    if (picture === undefined) throw damaged(accepted, cause);
    return decode({ ...rest, picture }, { width, height });
  }
}

function damaged(accepted: Accepted, cause?: unknown): UnacceptableImageError {
  const format = accepted.format === 'webp' ? 'WebP' : accepted.format.toUpperCase();
  return new UnacceptableImageError(`the ${format} file is damaged or incomplete: it cannot be decoded`, { cause });
}

async function decodeByColour(accepted: Accepted, size: Size, whole: Pixels | undefined): Promise<Pixels> {
  const conversion = conversionNeeded(accepted);
  // Width and height both come from the original's: from the width alone, a pyramid of roundings drifts by a row.
  const stored = upright(size, accepted.orientation);
  const options = { ...openingOptions, ignoreIcc: conversion !== 'while decoding' };
  const source = whole ? fromPixels(whole) : sharp(accepted.picture, options);
  const shrunk = source.resize({ ...stored, fit: 'fill' });
  const pipeline = turn(shrunk, accepted.orientation);
  const coded = codedConversion(accepted);
  if (coded) return convertCoded(pipeline, coded, whole === undefined ? accepted.white : 255);
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

/** The conversion that a container's colour numbers still require; undefined if none. A profile takes precedence over the numbers. */
function codedConversion({ coded, icc }: Accepted): CodedColours | undefined {
  if (coded === undefined) return undefined;
  const colours = coded.colours && icc === undefined && differFromSrgb(coded.colours);
  if (!colours && !coded.isLimitedGrey) return undefined;
  return { ...(colours && coded.colours && { colours: coded.colours }), isLimitedGrey: coded.isLimitedGrey === true };
}

async function convertCoded(pipeline: Sharp, coded: CodedColours, white = 255): Promise<Pixels> {
  const raw = white > 255 ? pipeline.toColourspace('rgb16').raw({ depth: 'ushort' }) : pipeline.raw({ depth: 'uchar' });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const samples = white > 255 ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2) : data;
  if (coded.isLimitedGrey) expandRange(samples, channels, white);
  const colours = coded.colours ?? SRGB;
  return { data: toSrgb({ data: samples, channels, white }, colours), width, height, channels };
}

const SRGB = { primaries: 1, transfer: 13 } as const;

/** From 16 to 235 (of 8 bits) to 0 to 255, in place; alpha has its full range always. ITU-T H.273, section 8.3. */
function expandRange(samples: Uint8Array | Uint16Array, channels: number, white: number): void {
  const isOpaque = channels % 2 === 1;
  for (let at = 0; at < samples.length; at++) {
    if (!isOpaque && at % channels === channels - 1) continue;
    const value = (((samples[at] ?? 0) / white) * 255 - 16) / 219;
    samples[at] = Math.round(Math.min(Math.max(value, 0), 1) * white);
  }
}

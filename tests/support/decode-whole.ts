import { createHash } from 'node:crypto';

import { decode } from '../../functions/shared/imaging/decode.ts';
import { guard } from '../../functions/shared/imaging/guard.ts';
import type { Pixels } from '../../functions/shared/imaging/pixels.ts';

/** What the pipeline decodes a file to at its own size: the pixels that all outputs are encoded from. */
export async function decodeWhole(file: Uint8Array): Promise<Pixels> {
  const accepted = await guard(file);
  return decode(accepted, { width: accepted.width, height: accepted.height });
}

/** The values of one pixel, as many as the picture has channels. */
export function pixelAt({ data, width, channels }: Pixels, x: number, y: number): number[] {
  const at = (y * width + x) * channels;
  return [...data.subarray(at, at + channels)];
}

/** Why a file is refused; `accepted` if it is not. Errors that are no refusals are thrown. */
export async function outcomeOf(file: Uint8Array): Promise<string> {
  try {
    await decodeWhole(file);
    return 'accepted';
  } catch (error) {
    if (error instanceof Error && error.name === 'UnacceptableImageError') return error.message;
    throw error;
  }
}

/** The same text for files that show the very same pixels. */
export async function fingerprintOf(file: Uint8Array): Promise<string> {
  const { data, width, height, channels } = await decodeWhole(file);
  return `${width} x ${height} x ${channels}, ${createHash('sha256').update(data).digest('hex')}`;
}

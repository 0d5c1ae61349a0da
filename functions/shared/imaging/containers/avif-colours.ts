import { cursorIn, MalformedBoxError } from '../heic/boxes.ts';
import { readHeif } from '../heic/items.ts';
import { readSequenceColours } from './av1-sequence.ts';
import type { CodedColours } from './unpacked.ts';

/** Where a sequence header is looked for. It takes some 20 bytes. */
const MOST_BYTES_BEFORE_PIXELS = 1_000;

/**
 * How the colours of an AVIF's primary picture are coded: by its box `colr`, or else by the AV1 bit stream itself. Undefined where a
 * profile says it, or nothing does.
 */
export function avifColours(file: Buffer): CodedColours | undefined {
  try {
    const heif = readHeif(file);
    const primary = heif?.items.get(heif.primary);
    // The tiles of a grid have the properties that say how they are coded; the grid may have those of its colours.
    const first = heif?.references.find(({ type, from }) => type === 'dimg' && from === heif.primary)?.to[0];
    const tile = primary?.type === 'grid' ? heif?.items.get(first ?? -1) : undefined;
    const properties = [...(primary?.properties ?? []), ...(tile?.properties ?? [])];
    const av1 = properties.find(({ name }) => name === 'av1C');
    const [data] = (tile ?? primary)?.extents ?? [];
    // Many writers leave the sequence header out of the box, since the stream begins with it.
    const stream =
      (av1 && readSequenceColours(file.subarray(av1.start + 4, av1.end))) ??
      (data &&
        readSequenceColours(file.subarray(data.start, Math.min(data.end, data.start + MOST_BYTES_BEFORE_PIXELS))));
    const isGrey = av1 !== undefined && ((file[av1.start + 2] ?? 0) & 0x10) !== 0;
    let named: CodedColours | undefined;
    for (const box of properties.filter(({ name }) => name === 'colr')) {
      const { uint, text } = cursorIn(file, box);
      if (text(4) !== 'nclx') return stream && { isLimitedGrey: isGrey && !stream.isFullRange };
      const [primaries, transfer] = [uint(2), uint(2)];
      uint(2); // the matrix: the decoder applies it
      named ??= { colours: { primaries, transfer }, isLimitedGrey: isGrey && uint(1) >> 7 === 0 };
    }
    return named ?? (stream && { colours: stream.colours, isLimitedGrey: isGrey && !stream.isFullRange });
  } catch (error) {
    if (error instanceof MalformedBoxError) return undefined; // the decoder has the last word
    throw error;
  }
}

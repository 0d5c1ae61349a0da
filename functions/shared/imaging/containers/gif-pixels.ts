/** The dictionary of GIF's LZW has at most 12 bits of codes. */
const mostCodes = 4096;

/**
 * How many pixels the data of a frame holds, up to as many as are wanted: LZW (GIF89a, appendix F) without the pixels themselves, as only
 * the lengths of the words are kept. Ends at the first code that stands for nothing.
 * @param at where the minimum code size stands, right before the sub-blocks
 */
export function gifPixels(file: Buffer, at: number, wanted: number): number {
  const minimum = file[at] ?? 0;
  if (minimum < 1 || minimum > 11) return 0;
  const [clear, end] = [2 ** minimum, 2 ** minimum + 1];
  const lengths = new Uint32Array(mostCodes).fill(1, 0, clear);
  let [next, bits, previous, pixels] = [end + 1, minimum + 1, 0, 0];
  let [buffer, buffered] = [0, 0];
  let blockEnd = at + 1;
  for (let position = at + 1; position < file.length && pixels < wanted; position++) {
    if (position === blockEnd) {
      const length = file[position] ?? 0;
      if (length === 0) return pixels;
      blockEnd = position + 1 + length;
      continue;
    }
    buffer |= (file[position] ?? 0) << buffered;
    buffered += 8;
    while (buffered >= bits && pixels < wanted) {
      const code = buffer & ((1 << bits) - 1);
      buffer >>>= bits;
      buffered -= bits;
      if (code === end) return pixels;
      if (code === clear) {
        [next, bits, previous] = [end + 1, minimum + 1, 0];
        continue;
      }
      // A word is one longer than the one before it; the code that is about to be given out may already be used.
      const length = code < clear || (code > end && code < next) ? (lengths[code] ?? 0) : previous + 1;
      if (code > next || (code === next && previous === 0)) return pixels;
      pixels += length;
      if (previous > 0 && next < mostCodes) {
        lengths[next++] = previous + 1;
        if (next === 2 ** bits && bits < 12) bits++;
      }
      previous = length;
    }
  }
  return pixels;
}

/** What the sequence header of an AV1 stream says of its colours. */
export type SequenceColours = { colours: { primaries: number; transfer: number }; isFullRange: boolean };

const SEQUENCE_HEADER = 1;
const UNSPECIFIED = 2;

/**
 * Reads the sequence header among the units of an AV1 stream (AV1 specification, sections 5.3 to 5.5); undefined where there is none,
 * or it ends too early.
 */
export function readSequenceColours(units: Buffer): SequenceColours | undefined {
  for (let at = 0; at < units.length;) {
    const header = units[at] ?? 0;
    const hasSize = (header & 2) !== 0;
    at += (header & 4) === 0 ? 1 : 2;
    let size = 0;
    if (hasSize) {
      for (let shift = 0, more = true; more && shift < 35; shift += 7) {
        const byte = units[at++] ?? 0;
        size += (byte & 127) * 2 ** shift;
        more = byte > 127;
      }
    } else size = units.length - at;
    if (((header >> 3) & 15) === SEQUENCE_HEADER) return readHeader(units.subarray(at, at + size));
    at += size;
  }
  return undefined;
}

function readHeader(bytes: Buffer): SequenceColours | undefined {
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (; count > 0; count--, at++) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const flag = (): boolean => bits(1) === 1;

  const profile = bits(3);
  bits(1); // still_picture
  if (flag()) bits(5);
  else skipOperatingPoints(bits, flag);
  const [widthBits, heightBits] = [bits(4) + 1, bits(4) + 1];
  bits(widthBits);
  bits(heightBits);
  return readAfterSize();

  function readAfterSize(): SequenceColours | undefined {
    const isReduced = ((bytes[0] ?? 0) & 8) !== 0;
    if (!isReduced && flag()) bits(4 + 3); // frame numbers
    bits(3); // superblocks, intra filter, intra edge filter
    if (!isReduced) skipTools(bits, flag);
    bits(3); // super-resolution, CDEF, restoration
    const isHighDepth = flag();
    if (profile === 2 && isHighDepth) bits(1);
    const isGrey = profile === 1 ? false : flag();
    const isDescribed = flag();
    const [primaries, transfer, matrix] = isDescribed
      ? [bits(8), bits(8), bits(8)]
      : [UNSPECIFIED, UNSPECIFIED, UNSPECIFIED];
    const isSrgb = !isGrey && primaries === 1 && transfer === 13 && matrix === 0;
    const isFullRange = isSrgb || flag();
    return at > bytes.length * 8 ? undefined : { colours: { primaries, transfer }, isFullRange };
  }
}

function skipOperatingPoints(bits: (count: number) => number, flag: () => boolean): void {
  let decoderModelBits = 0;
  if (flag()) {
    bits(32);
    bits(32);
    if (flag()) skipVariableLength(bits, flag);
    if (flag()) {
      decoderModelBits = bits(5) + 1;
      bits(32);
      bits(10);
    }
  }
  const hasInitialDelay = flag();
  for (let points = bits(5) + 1; points > 0; points--) {
    bits(12);
    if (bits(5) > 7) bits(1);
    if (decoderModelBits > 0 && flag()) bits(2 * decoderModelBits + 1);
    if (hasInitialDelay && flag()) bits(4);
  }
}

/** uvlc(): as many zeros as bits that follow. */
function skipVariableLength(bits: (count: number) => number, flag: () => boolean): void {
  let zeros = 0;
  while (zeros < 32 && !flag()) zeros++;
  if (zeros < 32) bits(zeros);
}

function skipTools(bits: (count: number) => number, flag: () => boolean): void {
  bits(4); // inter-intra, masked, warped, dual filter
  const hasOrderHint = flag();
  if (hasOrderHint) bits(2);
  const chosenContentTools = flag() ? 2 : bits(1);
  if (chosenContentTools > 0 && !flag()) bits(1);
  if (hasOrderHint) bits(3);
}

/** A value of a tag that we ask for: a text, or the numbers of it. */
export type TagValue = string | number;

/** The directory of a tag: the first one, or the Exif directory that it points to. */
export type TagAddress = { directory: 'image' | 'exif'; tag: number };

/** Reads one EXIF block; undefined if the tag is absent, has another type, or points outside the block. */
export type TagReader = {
  text: (address: TagAddress) => string | undefined;
  number: (address: TagAddress) => number | undefined;
};

const exifPointer = 0x8769;
const entryBytes = 12;
/** Real directories have some fifty entries; a hostile one can claim 65,535. */
const mostEntries = 200;
const longestText = 200;

const types = { ascii: 2, short: 3, long: 4, rational: 5, utf8: 129 } as const;

/**
 * Reads single tags where they lie and copies nothing else. A reader that makes an object of the whole block can be made to run out
 * of memory by 64 KB of it: a few thousand entries that each claim all of it as an array.
 */
export function tagReader(exif: Uint8Array): TagReader {
  const block = tiffBlock(exif);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const byteOrder = view.byteLength >= 8 ? view.getUint16(0) : 0;
  const isLittleEndian = byteOrder === 0x4949;
  if (!isLittleEndian && byteOrder !== 0x4d4d) return { text: () => undefined, number: () => undefined };

  const has = (offset: number, bytes: number): boolean => offset + bytes <= view.byteLength;
  const short = (offset: number): number | undefined =>
    has(offset, 2) ? view.getUint16(offset, isLittleEndian) : undefined;
  const long = (offset: number): number | undefined =>
    has(offset, 4) ? view.getUint32(offset, isLittleEndian) : undefined;

  /** The offset of a tag's entry: tag, type, count, then the value or its offset. */
  function findEntry(directory: number | undefined, tag: number): number | undefined {
    if (directory === undefined) return undefined;
    const entries = Math.min(short(directory) ?? 0, mostEntries);
    for (let n = 0; n < entries; n++) {
      const entry = directory + 2 + n * entryBytes;
      if (short(entry) === tag) return has(entry, entryBytes) ? entry : undefined;
    }
    return undefined;
  }

  function numberAt(entry: number | undefined): number | undefined {
    if (entry === undefined) return undefined;
    const type = short(entry + 2);
    if (type === types.short) return short(entry + 8);
    if (type === types.long) return long(entry + 8);
    if (type !== types.rational) return undefined;
    const at = long(entry + 8) ?? view.byteLength;
    const [numerator, denominator] = [long(at), long(at + 4)];
    return numerator !== undefined && denominator ? numerator / denominator : undefined;
  }

  function textAt(entry: number | undefined): string | undefined {
    if (entry === undefined) return undefined;
    const type = short(entry + 2);
    if (type !== types.ascii && type !== types.utf8) return undefined;
    const bytes = long(entry + 4) ?? 0;
    const at = bytes <= 4 ? entry + 8 : (long(entry + 8) ?? view.byteLength);
    if (!has(at, 1)) return undefined;
    const [text = ''] = Buffer.from(block.subarray(at, at + Math.min(bytes, longestText)))
      .toString('utf8')
      .split('\0');
    return text;
  }

  const image = long(4);
  const directories = { image, exif: numberAt(findEntry(image, exifPointer)) };
  return {
    text: ({ directory, tag }) => textAt(findEntry(directories[directory], tag)),
    number: ({ directory, tag }) => numberAt(findEntry(directories[directory], tag)),
  };
}

/** In a JPEG, and now and then in a WebP, six bytes come before the block: `Exif\0\0`. */
function tiffBlock(exif: Uint8Array): Uint8Array {
  return Buffer.from(exif.subarray(0, 6)).toString('latin1') === 'Exif\0\0' ? exif.subarray(6) : exif;
}

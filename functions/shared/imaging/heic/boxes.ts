/** A box of the ISO base media file format (ISO/IEC 14496-12): its name, and where its content is in the file, in bytes. */
export type Box = { name: string; start: number; end: number };

/** The file contradicts itself, or ends before it should. */
export class MalformedBoxError extends Error {
  override name = 'MalformedBoxError';
}

/**
 * The boxes between two offsets. A box that ends after `end` is still returned, with the end that it claims: the caller decides
 * whether the file is cut off there or something else follows its last box.
 */
export function* boxesIn(file: Buffer, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end;) {
    const size = file.readUInt32BE(at);
    const name = file.toString('latin1', at + 4, at + 8);
    const isLarge = size === 1 && at + 16 <= end;
    const content = at + (isLarge ? 16 : 8);
    const boxEnd = size === 0 ? end : at + (isLarge ? Number(file.readBigUInt64BE(at + 8)) : size);
    if (boxEnd < content) return;
    yield { name, start: content, end: boxEnd };
    at = boxEnd;
  }
}

/** The first box of that name, if it ends before `end`. */
export function findBox(file: Buffer, name: string, start: number, end: number): Box | undefined {
  for (const box of boxesIn(file, start, end)) if (box.name === name) return box.end <= end ? box : undefined;
  return undefined;
}

/** Reads big-endian numbers one after the other. `uint` throws MalformedBoxError after the end of the box. */
export function cursorIn(file: Buffer, { start, end }: Pick<Box, 'start' | 'end'>) {
  let at = start;
  return {
    /** Of 0 (always 0), 1, 2, 4 or 8 bytes; of 8, no more than a file can be long. */
    uint: (bytes: number): number => {
      at += bytes;
      if (at > end) throw new MalformedBoxError('a box ends in the middle of a number');
      if (bytes === 0) return 0;
      return bytes === 8 ? Number(file.readBigUInt64BE(at - 8)) : file.readUIntBE(at - bytes, bytes);
    },
    text: (bytes: number): string => {
      at += bytes;
      if (at > end) throw new MalformedBoxError('a box ends in the middle of a name');
      return file.toString('latin1', at - bytes, at);
    },
    isAtEnd: (): boolean => at >= end,
    rest: (): Buffer => file.subarray(at, end),
  };
}

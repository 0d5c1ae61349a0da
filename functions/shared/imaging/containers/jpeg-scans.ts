import { blockReader, type ScanHeader } from './jpeg-blocks.ts';
import { readFrame, type Frame } from './jpeg-frame.ts';
import { readTables, type Table } from './jpeg-huffman.ts';
import { endOfScan, isRestart, marker, nextMarker } from './jpeg-markers.ts';
import { excerptOf } from './unpacked.ts';

/** Blocks of all scans together: 50 megapixels in ten scans have 12 million. Reading so many takes about two seconds. */
const MOST_BLOCKS = 20_000_000;

/**
 * Reads all blocks of a JPEG, and gives the same JPEG without the bytes between the end of a scan's data, or of a restart interval's, and
 * the marker that follows: the very same where there are none. A browser skips such bytes; a decoder that takes every warning for damage
 * does not. Undefined where a block does not decode, and where this would take too long.
 */
export function readScans(picture: Buffer): Buffer | undefined {
  const result = excerptOf(picture);
  const tables = new Map<number, Table>();
  let frame: Frame | undefined;
  let readBlocks: ReturnType<typeof blockReader> | undefined;
  let restartInterval = 0;
  let blocksLeft = MOST_BLOCKS;
  let hasScan = false;
  let kept = 0;
  for (let at = nextMarker(picture, 2); at + 4 <= picture.length;) {
    const code = picture[at + 1] ?? 0;
    const end = at + 2 + picture.readUInt16BE(at + 2);
    if (code === marker.endOfImage || end > picture.length) break;
    const segment = picture.subarray(at, end);
    if (code === marker.huffmanTables) readTables(segment, tables);
    if (code === marker.restartInterval && segment.length === 6) restartInterval = segment.readUInt16BE(4);
    if (frame === undefined) {
      frame = readFrame(segment);
      readBlocks = frame && blockReader(frame);
    }
    at = end;
    if (code === marker.startOfScan) {
      const header = readScanHeader(segment);
      hasScan = true;
      if (frame === undefined || readBlocks === undefined || header === undefined) return undefined;
      const intervals = readBlocks(header, tables, restartInterval);
      blocksLeft -= intervals?.blocks ?? Infinity;
      if (intervals === undefined || !(blocksLeft >= 0)) return undefined;
      const scanEnd = endOfScan(picture, end);
      for (let number = 0; number < intervals.count; number++) {
        const isLast = number === intervals.count - 1;
        const next = isLast ? scanEnd : restartAfter(picture, at, scanEnd, number & 7);
        const used = next === undefined ? undefined : intervals.read(picture.subarray(at, next));
        if (next === undefined || used === undefined) return undefined;
        if (at + used < next) {
          result.keep(kept, at + used);
          kept = next;
        }
        at = isLast ? next : next + 2;
      }
    }
    at = nextMarker(picture, at);
  }
  if (!hasScan) return undefined;
  result.keep(kept, picture.length);
  return result.finish();
}

/** Where the next restart marker is; undefined where there is none, or another than the one whose turn it is. */
function restartAfter(picture: Buffer, from: number, scanEnd: number, number: number): number | undefined {
  for (let at = picture.indexOf(0xff, from); at !== -1 && at < scanEnd; at = picture.indexOf(0xff, at + 1)) {
    const code = picture[at + 1] ?? 0;
    if (isRestart(code)) return code === marker.restart0 + number ? at : undefined;
  }
  return undefined;
}

/** ITU-T T.81, B.2.3. */
function readScanHeader(segment: Buffer): ScanHeader | undefined {
  const count = segment[4] ?? 0;
  if (segment.length < 8 + count * 2) return undefined;
  const components = Array.from({ length: count }, (_, n) => {
    const chosen = segment[6 + n * 2] ?? 0;
    return { id: segment[5 + n * 2] ?? 0, dc: chosen >> 4, ac: chosen & 15 };
  });
  const [first = 0, last = 63, bits = 0] = segment.subarray(5 + count * 2);
  return { components, first, last, isRefinement: bits >> 4 > 0 };
}

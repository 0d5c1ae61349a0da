import { excerptOf, type Unpacked } from './unpacked.ts';

const marker = {
  sequential: 0xc0,
  extendedSequential: 0xc1,
  restart0: 0xd0,
  restart7: 0xd7,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  app0: 0xe0,
  app15: 0xef,
  comment: 0xfe,
} as const;

/**
 * How the header of a scan ends where each scan holds whole blocks. Many Samsung phones write something else there; every decoder
 * shrugs, but ours shall keep taking a warning for damage.
 */
const wholeRange = Buffer.from([0, 63, 0]);
const emptyComment = Buffer.from([0xff, marker.comment, 0, 2]);
const exifHeader = 'Exif\0\0';

/** The application segments that change how pixels look; the rest are notes, other pictures, or millions of nothing. */
const neededApplications: readonly { code: number; header: string; most: number }[] = [
  { code: 0xe0, header: 'JFIF\0', most: 1 },
  { code: 0xe2, header: 'ICC_PROFILE\0', most: 255 }, // a profile comes in up to so many segments
  { code: 0xee, header: 'Adobe', most: 1 },
];

/** Walks the segments of a JPEG up to the end of its first picture. What cannot be followed is left to the decoder as it is. */
export function unpackJpeg(file: Buffer): Unpacked {
  const picture = excerptOf(file);
  const counts = new Map<number, number>();
  let exif: Buffer | undefined;
  let isSequential = false;
  let isWithinPicture = false;
  let isInterrupted = false;
  picture.keep(0, 2);
  for (let at = nextMarker(file, 2); at < file.length;) {
    const code = file[at + 1] ?? marker.endOfImage;
    if (code === marker.endOfImage) {
      picture.keep(at, Math.min(at + 2, file.length));
      break;
    }
    const end = at + 2 + (at + 4 <= file.length ? file.readUInt16BE(at + 2) : file.length);
    if (end > file.length) {
      picture.keep(at, file.length);
      break;
    }
    if (code === marker.sequential || code === marker.extendedSequential) isSequential = true;
    if (code === marker.startOfScan && isSequential && !hasWholeRange(file, end)) {
      picture.keep(at, end - wholeRange.length);
      picture.insert(wholeRange);
    } else if (!isNote(code) || isNeeded(file.subarray(at, end), code, counts)) {
      picture.keep(at, end);
      isInterrupted = false;
    } else if (isWithinPicture && !isInterrupted) {
      // A decoder stumbles over a segment in the midst of its data; it shall not find the ends joined and notice nothing.
      picture.insert(emptyComment);
      isInterrupted = true;
    }
    exif ??= exifOf(file.subarray(at, end), code);
    at = end;
    if (code === marker.startOfScan) {
      isWithinPicture = true;
      at = endOfScan(file, end);
      picture.keep(end, at);
    }
    at = nextMarker(file, at);
  }
  return { picture: picture.finish(), ...(exif && { exif }) };
}

function hasWholeRange(file: Buffer, endOfHeader: number): boolean {
  return file.subarray(endOfHeader - wholeRange.length, endOfHeader).equals(wholeRange);
}

function isNote(code: number): boolean {
  return (code >= marker.app0 && code <= marker.app15) || code === marker.comment;
}

function isNeeded(segment: Buffer, code: number, counts: Map<number, number>): boolean {
  const needed = neededApplications.find((application) => application.code === code);
  if (needed === undefined || !segment.subarray(4).toString('latin1', 0, 12).startsWith(needed.header)) return false;
  const count = (counts.get(code) ?? 0) + 1;
  counts.set(code, count);
  return count <= needed.most;
}

function exifOf(segment: Buffer, code: number): Buffer | undefined {
  if (code !== 0xe1 || segment.toString('latin1', 4, 4 + exifHeader.length) !== exifHeader) return undefined;
  return segment.subarray(4 + exifHeader.length);
}

/** The offset of the next marker; the file's length where there is none. Any number of 0xff may precede one. */
function nextMarker(file: Buffer, from: number): number {
  let at = file.indexOf(0xff, from);
  while (at !== -1 && file[at + 1] === 0xff) at++;
  return at === -1 ? file.length : at;
}

/** In the data of a scan, 0xff 0x00 is a plain 0xff, and restart markers belong to it. */
function endOfScan(file: Buffer, from: number): number {
  for (let at = file.indexOf(0xff, from); at !== -1; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1];
    const isData =
      next === undefined || next === 0 || next === 0xff || (next >= marker.restart0 && next <= marker.restart7);
    if (!isData) return at;
  }
  return file.length;
}

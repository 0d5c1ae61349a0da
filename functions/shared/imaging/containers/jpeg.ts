import { readFrame, trackScans, type Frame } from './jpeg-frame.ts';
import { endOfScan, hasNoLength, marker, nextMarker } from './jpeg-markers.ts';
import { readScans } from './jpeg-scans.ts';
import { excerptOf, type Unpacked } from './unpacked.ts';

/**
 * How the header of a scan ends where each scan holds whole blocks. Many Samsung phones write something else there; every decoder
 * shrugs, but ours shall keep taking a warning for damage.
 */
const wholeRange = Buffer.from([0, 63, 0]);
const emptyComment = Buffer.from([0xff, marker.comment, 0, 2]);
const endOfImage = Buffer.from([0xff, marker.endOfImage]);
/** Of JFIF 1.2. A version that is not 1.x makes the decoder warn, and changes nothing that it does. */
const jfifVersion = { start: 9, end: 11, bytes: Buffer.from([1, 2]) } as const;
const exifHeader = 'Exif\0\0';

/** The application segments that change how pixels look; the rest are notes, other pictures, or millions of nothing. */
const neededApplications: readonly { code: number; header: string; most: number }[] = [
  { code: 0xe0, header: 'JFIF\0', most: 1 },
  { code: 0xe2, header: 'ICC_PROFILE\0', most: 255 }, // a profile comes in up to so many segments
  { code: 0xee, header: 'Adobe', most: 1 },
];

/**
 * Walks the segments of a JPEG up to the end of its first picture, and ends it where the file forgot to if all its scans are there. What
 * cannot be followed is left to the decoder as it is.
 */
export function unpackJpeg(file: Buffer): Unpacked {
  const picture = excerptOf(file);
  const counts = new Map<number, number>();
  const scans = trackScans();
  let frame: Frame | undefined;
  let exif: Buffer | undefined;
  let isSequential = false;
  let isWithinPicture = false;
  let isInterrupted = false;
  let lacksEnd = false;
  const isWhole = (): boolean => isWithinPicture && scans.isComplete(frame);
  picture.keep(0, 2);
  for (let at = nextMarker(file, 2); ;) {
    const code = at < file.length ? file[at + 1] : undefined;
    if (code === marker.endOfImage) {
      picture.keep(at, at + 2);
      break;
    }
    if (code === undefined || (code === marker.startOfImage && isWhole())) {
      lacksEnd = isWhole();
      break;
    }
    if (hasNoLength(code)) {
      at = nextMarker(file, at + 2);
      continue;
    }
    const end = at + 2 + (at + 4 <= file.length ? file.readUInt16BE(at + 2) : file.length);
    if (end > file.length) {
      // The missing part may be a note after a complete picture.
      lacksEnd = isWhole();
      if (!lacksEnd) picture.keep(at, file.length);
      break;
    }
    const segment = file.subarray(at, end);
    frame ??= readFrame(segment);
    if (frame?.refusal !== undefined) return { picture: file, refusal: frame.refusal };
    if (code === marker.sequential || code === marker.extendedSequential) isSequential = true;
    if (code === marker.startOfScan && isSequential && !hasWholeRange(segment)) {
      picture.keep(at, end - wholeRange.length);
      picture.insert(wholeRange);
    } else if (!isNote(code) || isNeeded(segment, code, counts)) {
      picture.keep(at, hasOddVersion(segment) ? at + jfifVersion.start : end);
      if (hasOddVersion(segment)) {
        picture.insert(jfifVersion.bytes);
        picture.keep(at + jfifVersion.end, end);
      }
      isInterrupted = false;
    } else if (isWithinPicture && !isInterrupted) {
      // A decoder stumbles over a segment in the midst of its data; it shall not find the ends joined and notice nothing.
      picture.insert(emptyComment);
      isInterrupted = true;
    }
    exif ??= exifOf(segment, code);
    at = end;
    if (code === marker.startOfScan) {
      isWithinPicture = true;
      scans.add(segment);
      at = endOfScan(file, end);
      picture.keep(end, at);
    }
    at = nextMarker(file, at);
  }
  if (lacksEnd) picture.insert(endOfImage);
  const finished = picture.finish();
  return {
    picture: finished,
    mend: () => readScans(finished),
    // The decoder is content with half a last row of blocks, if an end follows.
    ...(lacksEnd && { isTruncated: () => readScans(finished) === undefined }),
    ...(exif && { exif }),
  };
}

function hasWholeRange(scanHeader: Buffer): boolean {
  return scanHeader.subarray(-wholeRange.length).equals(wholeRange);
}

function isNote(code: number): boolean {
  return (code >= marker.app0 && code <= marker.app15) || code === marker.comment;
}

/** Called only for segments that are needed, so an APP0 segment is JFIF. */
function hasOddVersion(segment: Buffer): boolean {
  return segment[1] === marker.app0 && segment.length >= 16 && segment[jfifVersion.start] !== 1;
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

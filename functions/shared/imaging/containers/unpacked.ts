import type { Colours } from '../to-srgb.ts';

/** The colours that a container declares for its picture, where libvips ignores them. */
export type CodedColours = {
  colours?: Colours;
  /** They count even where the file has a profile, as PNG's cICP does. */
  overrulesProfile?: boolean;
  /** Grey values go from 16 to 235 (of 8 bits), and the decoder leaves them so. */
  isLimitedGrey?: boolean;
};

/** A file taken apart: the picture, and what we read of the rest ourselves. */
export type Unpacked = {
  /** The same file with only the parts that are needed to show the picture. */
  picture: Buffer;
  /** The EXIF block, in some files behind `Exif\0\0`. */
  exif?: Buffer;
  /** Of an animation, where the container counts them for less than the decoder does. */
  frames?: number;
  /** The reason for a rejection by the kind of file, in words for a person. */
  refusal?: string;
  /** For a file whose missing pixels the decoder would not notice: reads all of it, and says whether there are such. */
  isTruncated?: () => boolean;
  /** For a picture that the decoder refuses: without a fault that a browser shows no sign of; undefined where that would not help. */
  mend?: () => Buffer | undefined;
  coded?: CodedColours;
};

/** A file in the making: parts of another, in their order, and bytes in the place of parts that are left out. */
export type Excerpt = {
  keep: (start: number, end: number) => void;
  insert: (bytes: Buffer) => void;
  /** The result; the very same bytes, without a copy, where they are one part. */
  finish: () => Buffer;
};

/** How much longer than the file an excerpt may be: by an end that the file forgot. */
const MOST_ADDED = 64;

/** Not much longer than `file`. One buffer holds everything, because a hostile file can consist of a million parts. */
export function excerptOf(file: Buffer): Excerpt {
  let excerpt: Buffer | undefined;
  let length = 0;
  let pending = { start: 0, end: 0 };

  function append(bytes: Buffer): void {
    excerpt ??= Buffer.alloc(file.length + MOST_ADDED);
    length += bytes.copy(excerpt, length);
  }

  function copyPending(): void {
    if (pending.end > pending.start) append(file.subarray(pending.start, pending.end));
    pending = { start: pending.end, end: pending.end };
  }

  return {
    keep: (start, end) => {
      if (start === pending.end) {
        pending.end = end;
      } else {
        copyPending();
        pending = { start, end };
      }
    },
    insert: (bytes) => {
      copyPending();
      append(bytes);
    },
    finish: () => {
      if (excerpt === undefined) return file.subarray(pending.start, pending.end);
      copyPending();
      return excerpt.subarray(0, length);
    },
  };
}

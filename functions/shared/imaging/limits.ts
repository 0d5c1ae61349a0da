/**
 * What an original may be. Together these bound the time and memory of a decode: a pixel limit alone lets a 97 KB PNG of
 * 1 x 50,000,000 pixels burn 11 s of CPU, and a page limit alone lets a 43-byte GIF take more than a gigabyte.
 */
export const limits = {
  pixels: 50_000_000,
  longestSide: 20_000,
  pages: 1_000,
  /** For a format that is always decoded completely, independent of the requested size. */
  decodedBytes: 200_000_000,
} as const;

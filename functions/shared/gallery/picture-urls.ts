import type { Image } from '../images/image.ts';
import type { Output } from '../images/record.ts';

/** The port that creates the URL of a picture: today a presigned URL of S3. */
export type PictureUrls = {
  /** Names the period that the URLs are valid for. Within one period, a new URL lasts no longer than an old one. */
  period: string;
  /** ISO 8601, UTC: until when they work. */
  expireAt: string;
  ofOutput: (output: Pick<Output, 'key' | 'format'>) => Promise<string>;
  /** The original as a download under a name. */
  ofOriginal: (image: Image, download: { name: string; contentType: string }) => Promise<string>;
};

/** ms: all URLs made within one hour have the same time, so that a browser which knows one need not load the picture again. */
export const PERIOD = 3_600_000;
/** ms from the beginning of the period: each works for at least as long as a period. */
export const LIFETIME = 2 * PERIOD;

export function periodOf(now: Date): { start: Date; expireAt: string } {
  const start = Math.floor(now.getTime() / PERIOD) * PERIOD;
  return { start: new Date(start), expireAt: new Date(start + LIFETIME).toISOString() };
}

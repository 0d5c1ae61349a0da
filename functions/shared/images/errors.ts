import type { Feature } from './features.ts';

/**
 * The image itself is the problem: a retry cannot help. The message is the reason that users read in the record.
 * Only guard and decode throw it; every other error is transient, and rethrown so that AWS retries.
 */
export class UnacceptableImageError extends Error {
  override name = 'UnacceptableImageError';
  /** The feature that is off here, and could read such an image. */
  readonly needs: Feature | undefined;

  constructor(message: string, { needs, ...options }: ErrorOptions & { needs?: Feature } = {}) {
    super(message, options);
    this.needs = needs;
  }
}

/** Something around the image failed, or time ran out; the next delivery retries. */
export class TransientError extends Error {
  override name = 'TransientError';
}

/** A delivery that names no image and never will: counted and acknowledged, not retried. */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError';
}

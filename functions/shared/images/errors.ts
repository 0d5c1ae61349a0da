import type { Feature } from './features.ts';

/**
 * The image itself is the problem: trying again cannot help. The message is the reason that a person reads in the record.
 * Only guard and decode throw it; everything else that is thrown is transient, and rethrown so that AWS tries again.
 */
export class UnacceptableImageError extends Error {
  override name = 'UnacceptableImageError';
  /** What is switched off here, and would read such an image. */
  readonly needs: Feature | undefined;

  constructor(message: string, { needs, ...options }: ErrorOptions & { needs?: Feature } = {}) {
    super(message, options);
    this.needs = needs;
  }
}

/** Something around the image failed, or time ran out; the next delivery tries again. */
export class TransientError extends Error {
  override name = 'TransientError';
}

/** A delivery that names no image and never will: counted and acknowledged, not tried again. */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError';
}

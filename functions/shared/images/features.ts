/** A feature that a deployment switches on or off and that decides which images can be read: the template's parameter `Heic`. */
export type Feature = 'heic';

/** The features that are on. */
export type Features = ReadonlySet<Feature>;

/** Reads the environment variable HEIC, `on` or `off`. Throws on anything else, because either guess could be wrong. */
export function featuresOf({ HEIC: heic }: { HEIC: string }): Features {
  if (heic !== 'on' && heic !== 'off') throw new Error(`HEIC must be on or off, not "${heic}"`);
  return new Set(heic === 'on' ? (['heic'] as const) : []);
}

/** True for an image that was rejected only because a feature was off that is on now. */
export function isReadableNow({ status, needs }: { status: string; needs?: Feature }, features: Features): boolean {
  return status === 'rejected' && needs !== undefined && features.has(needs);
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * After how long to look again at an image that is being prepared, ms, by how long that has taken already: at once while somebody
 * waits for it, then ever more rarely, and no more after an hour (undefined).
 */
export function paceOf(age: number): number | undefined {
  if (age < 30 * SECOND) return SECOND;
  if (age < 5 * MINUTE) return 5 * SECOND;
  if (age < 60 * MINUTE) return 30 * SECOND;
  return undefined;
}

/** How often, while a release is under way, to look at what serves and at what is seen, ms. */
export const RELEASE_PACE = 5 * SECOND;

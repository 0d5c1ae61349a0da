/** Stands for a value that is known only once a resource exists. No template can contain it. */
export const unknown = '\u0000';

/** Does a value, or anything within it, depend on such a value? */
export function isUnknown(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes(JSON.stringify(unknown).slice(1, -1));
}

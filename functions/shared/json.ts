/** Any JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/** True for a JSON object; an array is not one. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

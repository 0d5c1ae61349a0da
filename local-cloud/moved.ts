/** Puts the endpoint of today in the place of an earlier one, wherever that stands in the texts of a value. */
export type Move = <T>(value: T) => T;

/** Endpoints are URLs without a path, e.g. `http://127.0.0.1:4566`. */
export function moveFrom(before: string, now: string): Move {
  // A port that only begins with the same digits is another one.
  const pattern = new RegExp(`${before.replaceAll('.', '\\.')}(?!\\d)`, 'g');
  return <T>(value: T): T => JSON.parse(JSON.stringify(value).replace(pattern, now)) as T;
}

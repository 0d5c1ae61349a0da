// So new a part of JSON that TypeScript's library does not know it: text that JSON.stringify takes over as it is.
const { rawJSON } = JSON as typeof JSON & { rawJSON: (text: string) => object };

/**
 * Characters that JSON lets through, but that some reader of a log takes for more than text: line ends (U+0085, U+2028, U+2029),
 * commands to a terminal (U+007F to U+009F), and marks that turn the direction of what follows.
 */
const active = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** For JSON.stringify's second argument: the same value, but such characters are written as `\uXXXX`, which reads back as they were. */
export function escaped(value: unknown): unknown {
  if (typeof value !== 'string' || value.search(active) < 0) return value;
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return rawJSON(JSON.stringify(value).replace(active, escape));
}

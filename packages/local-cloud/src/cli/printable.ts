/** Text that people and programs chose (keys, messages), so that it cannot command a terminal or break a line. */
export function printable(text: string): string {
  // Control characters, line separators, and those that turn the direction of what follows.
  return text.replace(
    /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** 1,234,567 bytes as `1.2 MB`. */
export function bytes(size: number): string {
  if (size < 1000) return `${String(size)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = size / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? ''}`;
}

/** 90,000 ms as `90 s`, 250 as `250 ms`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  const seconds = ms / 1000;
  return `${Number.isInteger(seconds) || seconds >= 10 ? String(Math.round(seconds)) : seconds.toFixed(1)} s`;
}

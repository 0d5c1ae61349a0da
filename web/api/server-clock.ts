/**
 * How far the device's clock is behind the server's, ms, by the Date of an answer. A header has whole seconds, and the answer has
 * travelled: a difference within that is none.
 */
export function skewOf(date: string | null, asked: number, answered: number): number | undefined {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return undefined;
  if (at + 1000 >= asked && at <= answered) return 0;
  return Math.round(at + 500 - (asked + answered) / 2);
}

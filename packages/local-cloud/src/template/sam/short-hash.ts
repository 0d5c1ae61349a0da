import { createHash } from 'node:crypto';

/** Ten hexadecimal digits that stand for a value: what SAM appends to logical ids. The order of an object's members does not count. */
export function shortHash(value: unknown): string {
  return createHash('sha1').update(stable(value)).digest('hex').slice(0, 10);
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** A copy of a value that tells, by dotted path, what of it is read; members of lists share the path of the list. */
export function recorded<T>(value: T, read: (path: string) => void, path: readonly string[] = []): T {
  if (Array.isArray(value)) return value.map((one: unknown) => recorded(one, read, path)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy = {};
  for (const [name, inner] of Object.entries(value)) {
    const at = [...path, name];
    const told: unknown = recorded(inner, read, at);
    Object.defineProperty(copy, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        read(at.join('.'));
        return told;
      },
    });
  }
  return copy as T;
}

/** Every dotted path that a value has, in the same terms. */
export function pathsOf(value: unknown, path: readonly string[] = []): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...path, name].join('.'),
    ...pathsOf(inner, [...path, name]),
  ]);
}

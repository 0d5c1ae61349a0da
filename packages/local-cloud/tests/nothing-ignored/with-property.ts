import type { PublishedProperty } from './published.ts';

/**
 * The properties of a resource with one more, however deep; members of lists get it each. What holds it and is not there is made of
 * what it requires.
 */
export function withProperty(
  properties: unknown,
  { path, value }: PublishedProperty,
  published: readonly PublishedProperty[],
): Record<string, unknown> {
  const graft = (holder: unknown, depth: number): unknown => {
    if (Array.isArray(holder)) return holder.map((one) => graft(one, depth));
    const name = path[depth] ?? '';
    const fields = holder as Readonly<Record<string, unknown>>;
    if (depth === path.length - 1) return { ...fields, [name]: value };
    const above = path.slice(0, depth + 1).join('.');
    const smallest = published.find((one) => one.path.join('.') === above)?.value;
    return { ...fields, [name]: graft(fields[name] ?? smallest, depth + 1) };
  };
  return graft(properties, 0) as Record<string, unknown>;
}

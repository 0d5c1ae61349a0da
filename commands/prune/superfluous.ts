/** The versions of one function; all are numbers as Lambda writes them. */
export type Versions = {
  /** All that are published. */
  published: readonly string[];
  /** Those that an alias points to, with any share of the traffic. */
  serving: readonly string[];
  /** Those that the stack or a deployment names. */
  named: readonly string[];
};

/**
 * The versions that nothing needs any more, oldest first: all but those that serve, those that are named, and the one before the oldest
 * that serves, to which an operator can return without a deployment. Without a version that serves, none is superfluous.
 */
export function superfluousVersions({ published, serving, named }: Versions): string[] {
  const oldestFirst = published.map(Number).sort((one, other) => one - other);
  const oldestServing = Math.min(...serving.map(Number).filter(Number.isFinite));
  if (!Number.isFinite(oldestServing)) return [];
  const kept = new Set([...serving, ...named].map(Number));
  kept.add(oldestFirst.findLast((version) => version < oldestServing) ?? oldestServing);
  return oldestFirst.filter((version) => !kept.has(version)).map(String);
}

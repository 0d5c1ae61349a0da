import { join } from 'node:path';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Version } from './model.ts';
import { createSortedKeys, type SortedKeys } from './sorted-keys.ts';

/** All versions of all keys, newest last, and the keys of each bucket in order. Knows nothing of what versioning means. */
export type Versions = {
  newest: (bucket: string, key: string) => Version | undefined;
  get: (bucket: string, key: string, versionId: string) => Version | undefined;
  /** Oldest first. */
  ofKey: (bucket: string, key: string) => readonly Version[];
  keys: (bucket: string) => SortedKeys;
  /** Adds it as the newest of its key, or replaces the one with its id where that one has the same sequence. */
  put: (version: Version) => void;
  delete: (version: Version) => void;
  all: () => Version[];
};

type Index = { keys: SortedKeys; versions: Map<string, Version[]> };

export function openVersions({ stateFolder }: Pick<ServiceContext, 'stateFolder'>): Versions {
  const store = openStore<Version>(stateFolder === undefined ? undefined : join(stateFolder, 's3', 'versions.jsonl'));
  const indexes = new Map<string, Index>();

  function indexOf(bucket: string): Index {
    let index = indexes.get(bucket);
    if (index === undefined) indexes.set(bucket, (index = { keys: createSortedKeys(), versions: new Map() }));
    return index;
  }

  function insert(version: Version): void {
    const { keys, versions } = indexOf(version.bucket);
    const list = versions.get(version.key);
    if (list === undefined) {
      versions.set(version.key, [version]);
      keys.add(version.key);
      return;
    }
    const at = list.findIndex(({ sequence }) => sequence >= version.sequence);
    if (at === -1) list.push(version);
    else list.splice(at, list[at]?.sequence === version.sequence ? 1 : 0, version);
  }

  for (const [, version] of store.entries()) insert(version);

  const ofKey = (bucket: string, key: string): readonly Version[] => indexes.get(bucket)?.versions.get(key) ?? [];
  return {
    ofKey,
    newest: (bucket, key) => ofKey(bucket, key).at(-1),
    get: (bucket, key, versionId) => ofKey(bucket, key).find((version) => version.versionId === versionId),
    keys: (bucket) => indexOf(bucket).keys,
    put: (version) => {
      insert(version);
      store.set(idOf(version), version);
    },
    delete: (version) => {
      const { keys, versions } = indexOf(version.bucket);
      const left = (versions.get(version.key) ?? []).filter(({ sequence }) => sequence !== version.sequence);
      if (left.length > 0) versions.set(version.key, left);
      else {
        versions.delete(version.key);
        keys.delete(version.key);
      }
      store.delete(idOf(version));
    },
    all: () => [...store.entries()].map(([, version]) => version),
  };
}

// Neither a bucket's name nor a sequence holds a slash; a key may hold anything.
function idOf({ bucket, sequence, key }: Version): string {
  return `${bucket}/${sequence}/${key}`;
}

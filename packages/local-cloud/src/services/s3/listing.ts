import type { StoredObject, Version } from './model.ts';
import { compareBytes } from './sorted-keys.ts';
import type { Versions } from './versions.ts';

export type ListingRequest = {
  bucket: string;
  prefix: string;
  /** Empty: none. */
  delimiter: string;
  /** At most that many keys and common prefixes together. */
  max: number;
};

export type Listing<T> = {
  entries: T[];
  commonPrefixes: string[];
  truncated: boolean;
  /** The last key or common prefix that is in it. */
  last?: string;
};

/** The objects after `after` (a key, or a common prefix, of which nothing more comes), in order. */
export function listObjects(versions: Versions, request: ListingRequest, after = ''): Listing<StoredObject> {
  return list(versions, request, after, (key) => {
    const newest = versions.newest(request.bucket, key);
    return newest?.kind === 'object' ? [newest] : [];
  });
}

export type VersionMark = { key: string; versionId?: string };

/** All versions, newest first within a key, after the mark. `lastVersionId` belongs to `last` if that is a key. */
export function listVersions(
  versions: Versions,
  request: ListingRequest,
  { key: keyMark, versionId: versionMark }: VersionMark = { key: '' },
): Listing<Version> {
  const after = versionMark === undefined ? keyMark : before(keyMark);
  return list(versions, request, after, (key) => {
    const newestFirst = versions.ofKey(request.bucket, key).toReversed();
    if (key !== keyMark || versionMark === undefined) return newestFirst;
    return newestFirst.slice(newestFirst.findIndex(({ versionId }) => versionId === versionMark) + 1);
  });
}

function list<T extends Version>(
  versions: Versions,
  { bucket, prefix, delimiter, max }: ListingRequest,
  after: string | Before,
  entriesOf: (key: string) => readonly T[],
): Listing<T> {
  const keys = versions.keys(bucket);
  const listing: Listing<T> = { entries: [], commonPrefixes: [], truncated: false };
  if (max === 0) return listing;
  const isAfter = (key: string): boolean =>
    typeof after !== 'string' ? compareBytes(key, after.key) >= 0 : after === '' || compareBytes(key, after) > 0;
  // A page that ended with a common prefix ends after all keys below it.
  const done = typeof after === 'string' && delimiter !== '' && after.startsWith(prefix) && after.endsWith(delimiter);

  let index = keys.indexOfFirst((key) => compareBytes(key, prefix) < 0 || !isAfter(key));
  if (done) index = Math.max(index, endOfPrefix(after));
  for (let count = 0; ;) {
    const key = keys.at(index);
    if (key === undefined || !key.startsWith(prefix)) return listing;
    const common = commonPrefix(key, prefix, delimiter);
    const entries = entriesOf(key);
    if (entries.length === 0) {
      index++;
      continue;
    }
    const room = max - count;
    if (room === 0) {
      listing.truncated = true;
      return listing;
    }
    if (common !== undefined) {
      listing.commonPrefixes.push(common);
      listing.last = common;
      count++;
      index = endOfPrefix(common);
      continue;
    }
    listing.entries.push(...entries.slice(0, room));
    listing.last = key;
    if (entries.length > room) {
      listing.truncated = true;
      return listing;
    }
    count += entries.length;
    index++;
  }

  function endOfPrefix(common: string): number {
    return keys.indexOfFirst((key) => compareBytes(key, common) < 0 || key.startsWith(common));
  }
}

/** The place right before a key: the key itself still comes. */
type Before = { key: string };

function before(key: string): Before {
  return { key };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

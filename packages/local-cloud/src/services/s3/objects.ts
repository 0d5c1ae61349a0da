import { AwsError } from '../../core/aws-error.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Blobs } from './blobs.ts';
import type { Buckets } from './buckets.ts';
import { checkWriteCondition, type WriteCondition } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { Cause, ObjectEvent, ObjectEventName } from './event-record.ts';
import { NULL_VERSION, type Bucket, type DeleteMarker, type StoredObject, type Version } from './model.ts';
import type { Notifications } from './notifications.ts';
import { newVersionId } from './version-id.ts';
import type { Versions } from './versions.ts';

/** All of an object that its upload decides. */
export type NewObject = Omit<StoredObject, 'kind' | 'versionId' | 'sequence' | 'lastModified'>;

export type CreatedBy = Extract<ObjectEventName, `ObjectCreated:${string}`>;
export type RemovedBy = 'ObjectRemoved' | 'LifecycleExpiration';

export type Objects = {
  /** The object as it is now, or that version of it. Throws AwsError NoSuchKey, NoSuchVersion or MethodNotAllowed (a marker). */
  find: (bucket: string, key: string, versionId?: string) => StoredObject;
  /** Makes an object, whose bytes are written, the newest version of its key. Throws AwsError where the condition does not hold. */
  put: (made: NewObject, event: CreatedBy, condition: WriteCondition, cause: Cause) => StoredObject;
  /** What a plain delete does: removes, or hides behind a delete marker. Returns the marker if it made one. */
  remove: (
    bucket: string,
    key: string,
    by: RemovedBy,
    condition: WriteCondition,
    cause: Cause,
  ) => DeleteMarker | undefined;
  /** Removes a version for good. Returns what it was; undefined where there was none. */
  removeVersion: (bucket: string, key: string, versionId: string, by: RemovedBy, cause: Cause) => Version | undefined;
  /** Replaces an object's tags. */
  setTags: (object: StoredObject, tags: Readonly<Record<string, string>>, cause: Cause) => void;
};

export type ObjectsParts = {
  buckets: Buckets;
  versions: Versions;
  blobs: Blobs;
  notifications: Notifications;
  nextSequence: () => string;
};

export function createObjects(
  { clock, random, observe }: Pick<ServiceContext, 'clock' | 'random' | 'observe'>,
  { buckets, versions, blobs, notifications, nextSequence }: ObjectsParts,
): Objects {
  const current = (bucket: string, key: string): StoredObject | undefined => {
    const newest = versions.newest(bucket, key);
    return newest?.kind === 'object' ? newest : undefined;
  };

  function stamp(versioned: boolean): Pick<Version, 'versionId' | 'sequence' | 'lastModified'> {
    const sequence = nextSequence();
    return {
      versionId: versioned ? newVersionId(random) : NULL_VERSION,
      sequence,
      lastModified: clock.now().toISOString(),
    };
  }

  function drop(version: Version): void {
    versions.delete(version);
    if (version.kind === 'object') blobs.remove(version.parts);
  }

  /**
   * Makes it the newest of its key. While versioning is not enabled, a key has at most one version with the id `null`: the one
   * before goes, after the new one is safe.
   */
  function add(version: Version): void {
    const before =
      version.versionId === NULL_VERSION ? versions.get(version.bucket, version.key, NULL_VERSION) : undefined;
    versions.put(version);
    if (before !== undefined) drop(before);
  }

  function announce(
    { notifications: configuration, versioning }: Bucket,
    name: ObjectEventName,
    { bucket, key, versionId }: Version,
    about: Pick<ObjectEvent, 'sequence' | 'cause'> & Pick<Partial<ObjectEvent>, 'size' | 'eTag'>,
  ): void {
    if (name.startsWith('ObjectCreated'))
      observe({ type: 'object-created', bucket, key, size: about.size ?? 0, event: name });
    else if (!name.startsWith('ObjectTagging')) observe({ type: 'object-removed', bucket, key, event: name });
    notifications.announce(
      {
        name,
        bucket,
        key,
        ...(versioning !== undefined && versionId !== NULL_VERSION && { versionId }),
        time: clock.now().toISOString(),
        ...about,
      },
      configuration ?? [],
    );
  }

  return {
    find: (bucketName, key, versionId) => {
      buckets.get(bucketName);
      if (versionId === undefined) return current(bucketName, key) ?? missing(versions.newest(bucketName, key), key);
      const version = versions.get(bucketName, key, versionId);
      if (version === undefined) {
        throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404, {
          Key: key,
          VersionId: versionId,
        });
      }
      if (version.kind === 'object') return version;
      throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405, {
        headers: { ...markerHeaders(version), allow: 'DELETE', 'last-modified': httpDate(version.lastModified) },
        ResourceType: 'DeleteMarker',
      });
    },

    put: (made, event, condition, cause) => {
      const bucket = buckets.get(made.bucket);
      checkWriteCondition(condition, current(made.bucket, made.key));
      const object: StoredObject = { ...made, kind: 'object', ...stamp(bucket.versioning === 'Enabled') };
      add(object);
      announce(bucket, event, object, { size: object.size, eTag: object.eTag, sequence: object.sequence, cause });
      return object;
    },

    remove: (bucketName, key, by, condition, cause) => {
      const bucket = buckets.get(bucketName);
      const before = versions.newest(bucketName, key);
      checkWriteCondition(condition, current(bucketName, key));
      if (bucket.versioning === undefined) {
        if (before === undefined) return undefined;
        drop(before);
        announce(bucket, `${by}:Delete`, before, { sequence: nextSequence(), cause });
        return undefined;
      }
      const place = { kind: 'delete-marker', bucket: bucketName, key } as const;
      const marker: DeleteMarker = { ...place, ...stamp(bucket.versioning === 'Enabled') };
      add(marker);
      const { sequence } = marker;
      announce(bucket, `${by}:DeleteMarkerCreated`, marker, { eTag: EMPTY_MD5, sequence, cause });
      return marker;
    },

    removeVersion: (bucketName, key, versionId, by, cause) => {
      const bucket = buckets.get(bucketName);
      const version = versions.get(bucketName, key, versionId);
      if (version === undefined) return undefined;
      drop(version);
      announce(bucket, `${by}:Delete`, version, { sequence: nextSequence(), cause });
      return version;
    },

    setTags: (object, tags, cause) => {
      versions.put({ ...object, tags });
      const name = Object.keys(tags).length > 0 ? 'ObjectTagging:Put' : 'ObjectTagging:Delete';
      const { eTag, sequence } = object;
      announce(buckets.get(object.bucket), name, object, { eTag, sequence, cause });
    },
  };
}

// A marker's event carries the MD5 of no bytes, and no size.
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

function missing(newest: Version | undefined, key: string): never {
  throw new S3Error('NoSuchKey', 'The specified key does not exist.', 404, {
    Key: key,
    headers: newest?.kind === 'delete-marker' ? markerHeaders(newest) : {},
  });
}

export function markerHeaders({ versionId }: DeleteMarker): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId };
}

export function httpDate(iso: string): string {
  return new Date(iso).toUTCString();
}

import type { CorsRule } from './cors-rules.ts';
import type { NotificationConfiguration } from './notification-configuration.ts';

/** What a bucket is set to. Absent: never set. */
export type BucketSettings = {
  versioning?: 'Enabled' | 'Suspended';
  notifications?: NotificationConfiguration;
  lifecycle?: readonly LifecycleRule[];
  cors?: readonly CorsRule[];
  /** The policy, as its owner wrote it. */
  policy?: object;
  tags?: Readonly<Record<string, string>>;
  publicAccessBlock?: PublicAccessBlock;
  /** Changes what KMS costs, and nothing else; the API tells it again. */
  bucketKeyEnabled?: boolean;
};

/** A rule of a lifecycle configuration. Days count from an event to the midnight (UTC) after they are over. */
export type LifecycleRule = {
  id: string;
  enabled: boolean;
  filter: LifecycleFilter;
  /** The current version expires so many days after it was made, … */
  expirationDays?: number;
  /** … or at this midnight (ISO 8601), … */
  expirationDate?: string;
  /** … and a delete marker, when it is all that is left of its key. */
  expiresDeleteMarkers?: boolean;
  /** A version goes so many days after a newer one came, unless it is among the `keep` newest of these. */
  noncurrentExpiration?: { days: number; keep?: number };
  abortMultipartAfterDays?: number;
};

export type LifecycleFilter = {
  prefix: string;
  tags: Readonly<Record<string, string>>;
  /** Bytes, exclusive. */
  greaterThan?: number;
  lessThan?: number;
};

export type Bucket = BucketSettings & { name: string; createdAt: string };

export type PublicAccessBlock = {
  BlockPublicAcls: boolean;
  IgnorePublicAcls: boolean;
  BlockPublicPolicy: boolean;
  RestrictPublicBuckets: boolean;
};

/** Bytes kept in one file. An object that was uploaded in parts has several. */
export type Part = { blob: string; size: number };

export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** `COMPOSITE`: the checksum of the parts' checksums, with `-<number of parts>` at its end. */
export type Checksum = { algorithm: ChecksumAlgorithm; value: string; type: 'FULL_OBJECT' | 'COMPOSITE' };

/** What a client says of an object, and gets back with it. */
export type ObjectHeaders = {
  /** Content-Type, Cache-Control, …: names in lower case. */
  content: Readonly<Record<string, string>>;
  /** User metadata, names without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
};

type VersionOfKey = {
  bucket: string;
  key: string;
  /** `null` for a version that was written while versioning was not enabled. */
  versionId: string;
  /** Grows with every change in this cloud: the order of a key's versions, and the event's `sequencer`. */
  sequence: string;
  /** ISO 8601, UTC. */
  lastModified: string;
};

export type StoredObject = VersionOfKey &
  ObjectHeaders & {
    kind: 'object';
    size: number;
    /** Without quotes. */
    eTag: string;
    parts: readonly Part[];
    /** Was it uploaded in parts? */
    multipart: boolean;
    checksum: Checksum;
  };

/** A newest version that says: there is no such object now. */
export type DeleteMarker = VersionOfKey & { kind: 'delete-marker' };

export type Version = StoredObject | DeleteMarker;

export const NULL_VERSION = 'null';

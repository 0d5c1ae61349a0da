import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Bucket, BucketSettings } from './model.ts';

export type Buckets = {
  /** Throws AwsError NoSuchBucket. */
  get: (name: string) => Bucket;
  has: (name: string) => boolean;
  list: () => Bucket[];
  /** Throws AwsError InvalidBucketName or BucketAlreadyOwnedByYou. */
  create: (name: string, settings?: BucketSettings) => Bucket;
  /** Sets what is given; a setting given as undefined is taken away. */
  set: (name: string, settings: { [Name in keyof BucketSettings]: BucketSettings[Name] | undefined }) => void;
  delete: (name: string) => void;
};

export function openBuckets({ stateFolder, clock }: Pick<ServiceContext, 'stateFolder' | 'clock'>): Buckets {
  const store = openStore<Bucket>(stateFolder === undefined ? undefined : join(stateFolder, 's3', 'buckets.jsonl'));
  const get = (name: string): Bucket => {
    const bucket = store.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  };
  return {
    get,
    has: (name) => store.get(name) !== undefined,
    list: () => [...store.entries()].map(([, bucket]) => bucket).sort((a, b) => (a.name < b.name ? -1 : 1)),
    create: (name, settings = {}) => {
      checkBucketName(name);
      if (store.get(name) !== undefined) {
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
          { BucketName: name },
        );
      }
      const bucket = { ...settings, name, createdAt: clock.now().toISOString() };
      store.set(name, bucket);
      return bucket;
    },
    set: (name, settings) => {
      const changed = Object.entries({ ...get(name), ...settings }).filter(([, value]) => value !== undefined);
      store.set(name, Object.fromEntries(changed) as Bucket);
    },
    delete: (name) => {
      get(name);
      store.delete(name);
    },
  };
}

function noSuchBucket(name: string): AwsError {
  return new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
}

/** The rules for general purpose buckets. */
function checkBucketName(name: string): void {
  const wellFormed =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!wellFormed) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
  }
}

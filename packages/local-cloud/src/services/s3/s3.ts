import { AwsError } from '../../core/aws-error.ts';
import type { ResolveCaller } from '../../wire/gateway.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { s3Api } from './api/api.ts';
import { openBlobs } from './blobs.ts';
import { openBuckets } from './buckets.ts';
import { applyLifecycle, startLifecycle } from './lifecycle.ts';
import { openMultipartUploads } from './multipart.ts';
import type { Cause } from './event-record.ts';
import type { BucketSettings } from './model.ts';
import type { NotificationConfiguration } from './notification-configuration.ts';
import { openNotifications, type CheckFunction } from './notifications.ts';
import { createObjects } from './objects.ts';
import { createSequence } from './sequence.ts';
import { openVersions } from './versions.ts';
import type { S3, S3State } from './api/types.ts';

/** What S3 asks of the services beside it; what needs the one that is absent is refused by name. */
export type S3Parts = {
  /** Lets buckets notify functions. */
  checkFunction?: CheckFunction;
  /** Lets forms upload: who signs one says so in its fields. */
  callerOf?: ResolveCaller;
};

export function createS3(context: ServiceContext, { checkFunction, callerOf }: S3Parts = {}): S3 {
  const ownerId = context.accountId;
  const nextSequence = createSequence(context.clock);
  const buckets = openBuckets(context);
  const versions = openVersions(context);
  const blobs = openBlobs(context);
  const notifications = openNotifications(context, ownerId, checkFunction);
  const objects = createObjects(context, { buckets, versions, blobs, notifications, nextSequence });
  const uploads = openMultipartUploads(context, { blobs, objects, nextSequence });

  const named = new Set(
    versions
      .all()
      .flatMap((version) => (version.kind === 'object' ? version.parts : []))
      .map(({ blob }) => blob),
  );
  for (const { blob } of uploads.allParts()) named.add(blob);
  blobs.sweep((id) => named.has(id));

  const state: S3State = {
    context,
    ownerId,
    buckets,
    versions,
    blobs,
    objects,
    uploads,
    notifications,
    newBlobId: nextSequence,
    ...(callerOf && { callerOf }),
  };
  const ownCause: Cause = {
    requestId: context.random.hex(16).toUpperCase(),
    hostId: '',
    principalId: context.accountId,
    sourceIpAddress: '127.0.0.1',
  };
  const s3 = {
    ...state,
    configureNotifications: async (
      bucket: string,
      configuration: NotificationConfiguration,
      cause: Cause = ownCause,
    ) => {
      buckets.get(bucket);
      await notifications.validate(bucket, configuration, cause);
      buckets.set(bucket, { notifications: configuration });
    },
    createBucket: async (name: string, { notifications: configuration, ...settings }: BucketSettings = {}) => {
      buckets.create(name, settings);
      if (configuration === undefined) return;
      try {
        await s3.configureNotifications(name, configuration);
      } catch (error) {
        buckets.delete(name);
        throw error;
      }
    },
    applyLifecycle: () => applyLifecycle(context, state),
    deleteBucket: (name: string) => {
      buckets.get(name);
      if (versions.keys(name).size > 0) {
        const versioned = buckets.get(name).versioning !== undefined;
        throw new AwsError(
          'BucketNotEmpty',
          versioned
            ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
            : 'The bucket you tried to delete is not empty',
          409,
          { BucketName: name },
        );
      }
      uploads.abortAll(name);
      buckets.delete(name);
    },
  };
  startLifecycle(context, state);
  return { ...s3, api: s3Api(s3) };
}

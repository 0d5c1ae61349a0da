import type { ServiceContext } from '../../../core/service-context.ts';
import type { ResolveCaller } from '../../../wire/gateway.ts';
import type { Api } from '../../../wire/messages.ts';
import type { Blobs } from '../blobs.ts';
import type { Buckets } from '../buckets.ts';
import type { BucketSettings } from '../model.ts';
import type { Cause } from '../event-record.ts';
import type { MultipartUploads } from '../multipart.ts';
import type { NotificationConfiguration } from '../notification-configuration.ts';
import type { Notifications } from '../notifications.ts';
import type { Objects } from '../objects.ts';
import type { Versions } from '../versions.ts';

/** The state of S3, as its API and its resources in stacks see it. */
export type S3State = {
  context: ServiceContext;
  /** The canonical user id of the account, which owns all buckets. */
  ownerId: string;
  buckets: Buckets;
  versions: Versions;
  blobs: Blobs;
  objects: Objects;
  uploads: MultipartUploads;
  notifications: Notifications;
  /** A name for new bytes. */
  newBlobId: () => string;
  callerOf?: ResolveCaller;
};

export type S3 = S3State & {
  api: Api;
  /** Sets a bucket's notifications, once every destination lets the bucket in. Throws AwsError InvalidArgument. */
  configureNotifications: (bucket: string, configuration: NotificationConfiguration, cause?: Cause) => Promise<void>;
  /** Makes a bucket with its settings; with a wrong notification configuration, none. */
  createBucket: (name: string, settings?: BucketSettings) => Promise<void>;
  /** Applies the buckets' lifecycle rules now, without waiting for midnight. */
  applyLifecycle: () => void;
  /** Throws AwsError BucketNotEmpty while there are objects, versions or markers. */
  deleteBucket: (name: string) => void;
};

export type S3OfApi = Omit<S3, 'api'>;

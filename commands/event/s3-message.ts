import { createHash } from 'node:crypto';

/** An object of a bucket, as an event describes it. */
export type EventObject = {
  bucket: string;
  key: string;
  /** Bytes; absent in the event of a removal. */
  size?: number;
  /** Without quotes; absent in the event of a removal. */
  eTag?: string;
  versionId?: string;
  /** When it was last changed. */
  changedAt: Date;
};

/** How S3 names what happened, e.g. `ObjectCreated:Put`, and where. */
export type Happening = { eventName: string; region: string };

/** The JSON that S3 sends: one record for each object. */
export function s3Message(objects: readonly EventObject[], { eventName, region }: Happening): string {
  return JSON.stringify({
    Records: objects.map((object) => ({
      eventVersion: '2.5',
      eventSource: 'aws:s3',
      awsRegion: region,
      eventTime: object.changedAt.toISOString(),
      eventName,
      userIdentity: { principalId: 'AWS:npm-run-event' },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': requestId(object), 'x-amz-id-2': requestId(object) },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: 'npm-run-event',
        bucket: {
          name: object.bucket,
          ownerIdentity: { principalId: 'npm-run-event' },
          arn: `arn:aws:s3:::${object.bucket}`,
        },
        object: {
          key: formEncode(object.key),
          size: object.size,
          eTag: object.eTag,
          versionId: object.versionId,
          sequencer: sequencer(object),
        },
      },
    })),
  });
}

/** The event that S3 sends to EventBridge: keys are not encoded there, and names are written with hyphens. */
export function eventBridgeEvent(object: EventObject, { eventName, region }: Happening): object {
  const [kind = '', how = ''] = eventName.split(':');
  const isCreated = kind === 'ObjectCreated';
  const operations: Readonly<Record<string, string>> = { Put: 'PutObject', Post: 'POST Object', Copy: 'CopyObject' };
  return {
    version: '0',
    id: uuidOf(object),
    'detail-type': isCreated ? 'Object Created' : 'Object Deleted',
    source: 'aws.s3',
    account: '000000000000',
    time: object.changedAt.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: '0',
      bucket: { name: object.bucket },
      object: {
        key: object.key,
        size: object.size,
        etag: object.eTag,
        'version-id': object.versionId,
        sequencer: sequencer(object),
      },
      'request-id': requestId(object),
      requester: '000000000000',
      'source-ip-address': '127.0.0.1',
      reason: kind === 'LifecycleExpiration' ? 'Lifecycle Expiration' : (operations[how] ?? 'DeleteObject'),
      ...(!isCreated && {
        'deletion-type': how === 'DeleteMarkerCreated' ? 'Delete Marker Created' : 'Permanently Deleted',
      }),
    },
  };
}

/** A key as S3's events carry it: form-encoded, so that a space is `+`, with slashes left as they are. */
export function formEncode(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

/**
 * S3 tells nobody the sequencer of an object that exists. This one has S3's form (hexadecimal, beginning with the seconds since 1970),
 * and orders two versions of an object as S3's would, to the second.
 */
function sequencer(object: EventObject): string {
  const seconds = Math.floor(object.changedAt.getTime() / 1000);
  return `00${seconds.toString(16)}${digest(object).slice(0, 8)}`.toUpperCase();
}

function requestId(object: EventObject): string {
  return digest(object).slice(8, 24).toUpperCase();
}

/** The same for the same version of an object: a delivery may be repeated as it was. */
export function uuidOf(object: EventObject): string {
  return digest(object).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

function digest({ bucket, key, versionId, eTag }: EventObject): string {
  return createHash('sha256')
    .update(JSON.stringify([bucket, key, versionId, eTag]))
    .digest('hex');
}

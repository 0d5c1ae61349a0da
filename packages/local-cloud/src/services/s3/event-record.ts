import { ANONYMOUS } from '../../wire/messages.ts';
import { formEncode } from './form-encode.ts';
import { sequencerOf } from './sequence.ts';

/** Who caused a change, as its event tells. */
export type Cause = {
  requestId: string;
  /** `x-amz-id-2`. */
  hostId: string;
  principalId: string;
  sourceIpAddress: string;
};

export type ObjectEventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'LifecycleExpiration:Delete'
  | 'LifecycleExpiration:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete';

/** Something that happened to an object. What is undefined the event leaves out. */
export type ObjectEvent = {
  name: ObjectEventName;
  bucket: string;
  key: string;
  size?: number;
  eTag?: string;
  /** Only where the bucket has (or had) versioning. */
  versionId?: string;
  sequence: string;
  /** ISO 8601, ms. */
  time: string;
  cause: Cause;
};

/** Since 2.4 one version for all event types; readers are to compare the major number. */
const EVENT_VERSION = '2.5';

/** The JSON that S3 sends, one record a message. */
export function eventMessage(event: ObjectEvent, configurationId: string, region: string, ownerId: string): string {
  const { cause } = event;
  return JSON.stringify({
    Records: [
      {
        eventVersion: EVENT_VERSION,
        eventSource: 'aws:s3',
        awsRegion: region,
        eventTime: event.time,
        eventName: event.name,
        userIdentity: { principalId: cause.principalId },
        requestParameters: { sourceIPAddress: cause.sourceIpAddress },
        responseElements: { 'x-amz-request-id': cause.requestId, 'x-amz-id-2': cause.hostId },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId,
          bucket: {
            name: event.bucket,
            ownerIdentity: { principalId: ownerId },
            arn: `arn:aws:s3:::${event.bucket}`,
          },
          object: {
            key: formEncode(event.key),
            size: event.size,
            eTag: event.eTag,
            versionId: event.versionId,
            sequencer: sequencerOf(event.sequence),
          },
        },
      },
    ],
  });
}

/** What S3 sends to a topic or queue when it becomes a destination: proof that it may. It names no object. */
export function testMessage(bucket: string, time: string, { requestId, hostId }: Cause): string {
  return JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: time,
    Bucket: bucket,
    RequestId: requestId,
    HostId: hostId,
  });
}

/** `AWS:` and who it is: S3 writes internal ids there, which nobody here has. */
export function principalIdOf(callerArn: string): string {
  if (callerArn === ANONYMOUS) return 'Anonymous';
  const [, , , , account = '', ...who] = callerArn.split(':');
  const [kind, ...name] = who.join(':').split('/');
  return `AWS:${kind === 'root' || name.length === 0 ? account : name.join(':')}`;
}

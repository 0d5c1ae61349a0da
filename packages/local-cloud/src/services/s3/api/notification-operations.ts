import { notImplemented } from '../../../core/aws-error.ts';
import {
  allOf,
  allTextsOf,
  asElement,
  malformedXml,
  only,
  readXml,
  textOf,
  type XmlElement,
} from '../../../wire/xml-reader.ts';
import type { XmlValue } from '../../../wire/xml.ts';
import { verifyBody } from '../checksums.ts';
import {
  readFilterRules,
  type Destination,
  type Notification,
  type NotificationConfiguration,
} from '../notification-configuration.ts';
import { readBody, xml, type Operation } from './call.ts';

/** The element of a destination's configuration, and the element in it that holds the ARN. */
const destinations: readonly (readonly [Destination, element: string, arn: string])[] = [
  ['topic', 'TopicConfiguration', 'Topic'],
  ['queue', 'QueueConfiguration', 'Queue'],
  ['function', 'CloudFunctionConfiguration', 'CloudFunction'],
];

export const notificationOperations: Readonly<Record<string, Operation>> = {
  GetBucketNotificationConfiguration: {
    run: (call) => {
      call.allow('s3:GetBucketNotification', 'bucket');
      const configuration = call.settings().notifications ?? [];
      return xml(
        'NotificationConfiguration',
        Object.fromEntries(
          destinations.map(([destination, element, arn]) => [
            element,
            configuration.filter((one) => one.destination === destination).map((one) => write(one, arn)),
          ]),
        ),
      );
    },
  },

  PutBucketNotificationConfiguration: {
    headers: ['x-amz-skip-destination-validation'],
    run: async (call) => {
      call.allow('s3:PutBucketNotification', 'bucket');
      const { s3, bucket, headers, cause } = call;
      if (headers['x-amz-skip-destination-validation'] === 'true') {
        throw notImplemented('the header x-amz-skip-destination-validation of s3:PutBucketNotificationConfiguration');
      }
      const body = readBody(call);
      verifyBody(body.bytes, body.headers);
      await s3.configureNotifications(
        bucket,
        read(body.bytes, () => s3.context.random.uuid()),
        cause,
      );
      return { status: 200 };
    },
  },
};

function write({ id, arn, events, prefix, suffix }: Notification, arnElement: string): XmlValue {
  const rules = [
    ...(prefix === '' ? [] : [{ Name: 'Prefix', Value: prefix }]),
    ...(suffix === '' ? [] : [{ Name: 'Suffix', Value: suffix }]),
  ];
  return {
    Id: id,
    [arnElement]: arn,
    Event: events,
    ...(rules.length > 0 && { Filter: { S3Key: { FilterRule: rules } } }),
  };
}

function read(body: Buffer, newId: () => string): NotificationConfiguration {
  const configuration = only(
    readXml(body, 'NotificationConfiguration'),
    'NotificationConfiguration',
    destinations.map(([, element]) => element),
  );
  return destinations.flatMap(([destination, element, arnElement]) =>
    allOf(configuration, element).map((one): Notification => {
      only(one, element, ['Id', arnElement, 'Event', 'Filter']);
      const arn = textOf(one, arnElement);
      if (arn === undefined) throw malformedXml();
      return {
        id: textOf(one, 'Id') ?? newId(),
        destination,
        arn,
        events: allTextsOf(one, 'Event'),
        ...readFilter(asElement(one.Filter)),
      };
    }),
  );
}

function readFilter(filter: XmlElement): Pick<Notification, 'prefix' | 'suffix'> {
  const key = only(asElement(only(filter, 'Filter', ['S3Key']).S3Key), 'S3Key', ['FilterRule']);
  return readFilterRules(
    allOf(key, 'FilterRule').map((rule) => ({ name: textOf(rule, 'Name') ?? '', value: textOf(rule, 'Value') ?? '' })),
  );
}

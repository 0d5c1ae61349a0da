import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { changedImages } from '../../../functions/shared/lambda/changed-images.ts';
import { InvalidEventError } from '../../../functions/shared/images/errors.ts';
import { encodedAsS3, notification, ofKeys, s3Event, s3Record, snsEvent, sqsEvent, testEvent } from './s3-events.ts';

const keysOf = (event: unknown) => changedImages(event).map(({ key }) => key);

describe('whatever an S3 event is wrapped in, its images are found', () => {
  const event = ofKeys('a b.jpg', 'c+d.jpg');
  test.each([
    ['nothing', event],
    ['SNS', snsEvent(event)],
    ['SQS', sqsEvent(event)],
    ['SNS in SQS', sqsEvent(notification(event))],
    ['the JSON of SNS, as the body of a message', JSON.stringify(notification(event))],
    ['SNS in SNS in SQS', sqsEvent(notification(notification(event)))],
  ])('%s', (_, wrapped) => {
    expect(changedImages(wrapped)).toEqual([
      { bucket: 'uploads', key: 'a b.jpg', eventTime: '2026-05-01T12:30:00.000Z' },
      { bucket: 'uploads', key: 'c+d.jpg', eventTime: '2026-05-01T12:30:00.000Z' },
    ]);
  });

  test('several messages in one delivery', () => {
    expect(keysOf(snsEvent(ofKeys('a'), testEvent, ofKeys('b', 'c')))).toEqual(['a', 'b', 'c']);
    expect(keysOf(sqsEvent(ofKeys('a'), notification(ofKeys('b'))))).toEqual(['a', 'b']);
  });

  test('EventBridge, which tells keys as they are', () => {
    const detail = { bucket: { name: 'uploads' }, object: { key: 'a+b%20c.jpg' } };
    const told = { source: 'aws.s3', 'detail-type': 'Object Created', time: '2026-05-01T12:30:00Z', detail };
    const image = { bucket: 'uploads', key: 'a+b%20c.jpg', eventTime: '2026-05-01T12:30:00Z' };
    expect(changedImages(told)).toEqual([image]);
    expect(changedImages(sqsEvent(told))).toEqual([image]);
  });
});

test.each([
  'ObjectCreated:CompleteMultipartUpload',
  'ObjectRemoved:Delete',
  'ObjectRemoved:DeleteMarkerCreated',
  'LifecycleExpiration:Delete',
  'LifecycleExpiration:DeleteMarkerCreated',
])('%s is a reason to look', (eventName) => {
  expect(keysOf(s3Event(s3Record('a.jpg', { eventName })))).toEqual(['a.jpg']);
});

test('the test event that S3 sends first names no image, however it is wrapped', () => {
  for (const event of [testEvent, snsEvent(testEvent), sqsEvent(testEvent), sqsEvent(notification(testEvent))]) {
    expect(changedImages(event)).toEqual([]);
  }
});

test('an image that is named twice is told once', () => {
  expect(keysOf(snsEvent(ofKeys('a', 'b', 'a'), ofKeys('b')))).toEqual(['a', 'b']);
});

test('the same key in two buckets is two images', () => {
  const elsewhere = s3Record('a', { s3: { bucket: { name: 'elsewhere' }, object: { key: 'a' } } });
  expect(changedImages(s3Event(s3Record('a'), elsewhere)).map(({ bucket }) => bucket)).toEqual([
    'uploads',
    'elsewhere',
  ]);
});

test('any key that an object can have comes out as it went in', () => {
  const key = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 300 })
    .filter((text) => text.isWellFormed() && Buffer.byteLength(text) <= 1_024);
  fc.assert(
    fc.property(key, (key) => {
      expect(keysOf(sqsEvent(notification(ofKeys(key))))).toEqual([key]);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  'a+b c.jpg',
  '%41.jpg',
  '% .jpg',
  '%',
  '日本 語.png',
  'caf\u00e9.jpg',
  'cafe\u0301.jpg',
  '..//x.jpg',
  '../x',
  '/x.jpg',
  '👩‍👩‍👧.png',
  'line\nfeed.jpg',
  'back\\slash.jpg',
  'é'.repeat(512),
  'a?b#c&d=e.jpg',
  "it's(1)*!~.jpg",
  '\u2028',
  ' ',
  '+',
])('the awkward key %j comes out as it went in', (key) => {
  expect(keysOf(ofKeys(key))).toEqual([key]);
  // S3 leaves some characters as they are that a form would encode, and the other way round.
  const strict = encodeURIComponent(key).replaceAll('%20', '+');
  expect(keysOf(s3Event(s3Record('', { s3: { bucket: { name: 'uploads' }, object: { key: strict } } })))).toEqual([
    key,
  ]);
});

describe('what names no image is refused, with a word about where and what', () => {
  const withObject = (object: unknown, bucket: unknown = { name: 'uploads' }) =>
    s3Event(s3Record('a'), s3Record('b', { s3: { bucket, object } }));
  test.each<[string, unknown, string]>([
    ['nothing at all', undefined, 'event is neither'],
    ['a number', 42, 'event is neither'],
    ['a list', [], 'event is neither'],
    ['an empty object', {}, 'event has no Records'],
    ['no records', { Records: [] }, 'event has no Records'],
    ['records that are none', { Records: 'x' }, 'event has no Records'],
    [
      'a record of another service',
      { Records: [{ eventSource: 'aws:kinesis' }] },
      'event.Records[0] is a record of neither',
    ],
    ['a message that is no JSON', sqsEvent('hello'), 'event.Records[0].body is neither'],
    ['a message of null', sqsEvent('null'), 'event.Records[0].body is neither'],
    ['a notification without a message', { Type: 'Notification' }, 'event.Message is neither'],
    [
      'another kind of message',
      snsEvent({ Type: 'SubscriptionConfirmation' }),
      'event.Records[0].Sns.Message has no Records',
    ],
    [
      'a new major version',
      s3Event(s3Record('a', { eventVersion: '3.0' })),
      'event.Records[0] has the event version "3.0"',
    ],
    ['no version', s3Event(s3Record('a', { eventVersion: undefined })), 'event.Records[0] has the event version'],
    [
      'a % that encodes nothing',
      withObject({ key: '100%.jpg' }),
      'event.Records[1] has a key that no object can have: "100%.jpg"',
    ],
    ['half a character', withObject({ key: '%C3' }), 'event.Records[1] has a key'],
    ['half a surrogate pair', withObject({ key: '\ud83d' }), 'event.Records[1] has a key'],
    ['an empty key', withObject({ key: '' }), 'event.Records[1] has a key'],
    ['no key', withObject({}), 'event.Records[1] has a key that no object can have: nothing'],
    ['a key that is longer than S3 allows', withObject({ key: 'é'.repeat(513) }), 'event.Records[1] has a key'],
    ['no bucket', withObject({ key: 'a' }, {}), 'event.Records[1] names no bucket: nothing'],
    ['a bucket that is a path', withObject({ key: 'a' }, { name: '../other' }), 'event.Records[1] names no bucket'],
  ])('%s', (_, event, message) => {
    expect(() => changedImages(event)).toThrow(InvalidEventError);
    expect(() => changedImages(event)).toThrow(message);
  });

  test('what is wrapped without end', () => {
    let event: unknown = ofKeys('a');
    for (let n = 0; n < 6; n++) event = notification(event);
    expect(() => changedImages(event)).toThrow(InvalidEventError);
  });

  test('an invalid record does not affect its neighbours', () => {
    const refused: string[] = [];
    const broken = s3Record('', { s3: { bucket: { name: 'uploads' }, object: { key: '%' } } });
    const event = snsEvent(s3Event(s3Record('a'), broken), 'garbage', ofKeys('b'));
    expect(changedImages(event, ({ message }) => refused.push(message)).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(refused).toEqual([
      'event.Records[0].Sns.Message.Records[1] has a key that no object can have: "%"',
      expect.stringContaining('event.Records[1].Sns.Message is neither'),
    ]);
  });

  test('anything at all is either understood or refused, never another error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.json(),
          fc.jsonValue().map((value) => sqsEvent(value)),
        ),
        (event) => {
          for (const { bucket, key } of changedImages(event, () => undefined)) expect(bucket && key).toBeTruthy();
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

test('S3’s own encoding and ours agree on a space and a plus', () => {
  expect(encodedAsS3('a+b c')).toBe('a%2Bb+c');
});

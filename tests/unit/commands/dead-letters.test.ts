import { describe, expect, test } from '@jest/globals';
import { readDeadLetter } from '../../../commands/shared/dead-letters.ts';

const s3Event = {
  Records: [
    { eventSource: 'aws:s3', s3: { bucket: { name: 'uploads' }, object: { key: 'users/ada/a%2Bb+c.jpg' } } },
    { eventSource: 'aws:s3', s3: { bucket: { name: 'uploads' }, object: { key: '%E6%97%A5.png' } } },
  ],
};
const images = [
  { bucket: 'uploads', key: 'users/ada/a+b c.jpg' },
  { bucket: 'uploads', key: '日.png' },
];
const text = JSON.stringify(s3Event);

describe('a dead letter is unwrapped to the S3 event inside', () => {
  test.each([
    ['as RenditionsQueue had it, by raw delivery', text],
    ['as SNS writes it to a queue', JSON.stringify({ Type: 'Notification', Message: text })],
    [
      "in Lambda's failure record of an SNS event",
      JSON.stringify({ requestPayload: { Records: [{ Sns: { Message: text } }] } }),
    ],
    ['in a batch of SQS messages', JSON.stringify({ Records: [{ body: JSON.stringify({ Message: text }) }] })],
  ])('%s', (_how, body) => {
    const letter = readDeadLetter(body);
    expect(letter.images).toEqual(images);
    expect(JSON.parse(letter.s3Event ?? '')).toEqual(s3Event);
  });
});

test("tells the reason of Lambda's failure record", () => {
  const record = {
    requestContext: { condition: 'RetriesExhausted' },
    requestPayload: s3Event,
    responsePayload: { errorType: 'TransientError', errorMessage: 'S3 is slow' },
  };
  expect(readDeadLetter(JSON.stringify(record)).reason).toBe('RetriesExhausted: TransientError: S3 is slow');
});

test.each(['', 'no JSON', '[]', '42', '{}', '{"Records":[]}', '{"Message":"hello"}', '{"requestPayload":null}'])(
  'names no image, and offers nothing to announce again, in %j',
  (body) => {
    expect(readDeadLetter(body)).toEqual({ images: [] });
  },
);

test('names only the images of records that name one', () => {
  const records = [null, { s3: {} }, { s3: { bucket: { name: 'uploads' } } }, ...s3Event.Records];
  expect(readDeadLetter(JSON.stringify({ Records: [{ s3: {} }, ...records] })).images).toEqual(images);
});

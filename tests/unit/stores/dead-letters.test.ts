import { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';

import { deadLetters } from '../../../functions/shared/stores/dead-letters.ts';
import { answering, type Answer } from './answering.ts';

const holds = (count: string, inFlight: string): Answer => ({
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({
    Attributes: { ApproximateNumberOfMessages: count, ApproximateNumberOfMessagesNotVisible: inFlight },
  }),
});
const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/000000000000/${name}`;

test('dead letters are counted by the name of their queue, with those that somebody looks at', async () => {
  const { client, sent } = answering(holds('3', '2'), holds('0', '0'));
  const { countDeadLetters } = deadLetters(new SQSClient(client));

  expect(await countDeadLetters([url('one'), url('two')])).toEqual({ one: 5, two: 0 });
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
  expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { QueueUrl: url('one'), AttributeNames },
    { QueueUrl: url('two'), AttributeNames },
  ]);
});

test('a queue that cannot be counted is an error', async () => {
  const { client } = answering({ status: 403, body: '{"__type":"com.amazonaws.sqs#AccessDenied"}' });
  await expect(deadLetters(new SQSClient(client)).countDeadLetters([url('one')])).rejects.toThrow();
});

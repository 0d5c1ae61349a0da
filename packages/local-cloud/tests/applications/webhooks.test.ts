import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { eventually } from '../../src/testing/eventually.ts';
import { createCloud, type Cloud } from '../../src/cloud.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';

let cloud: Cloud;
let observed: CloudEvent[];
let sqs: SQSClient;
let dynamodb: DynamoDBClient;
beforeEach(async () => {
  observed = [];
  cloud = await createCloud({
    template: join(import.meta.dirname, 'webhooks', 'template.yaml'),
    stackName: 'webhooks',
    port: 0,
    clockFactor: 60,
    observe: (event) => observed.push(event),
  });
  const settings = {
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  sqs = new SQSClient(settings);
  dynamodb = new DynamoDBClient(settings);
  await cloud.deploy();
});
afterEach(async () => {
  sqs.destroy();
  dynamodb.destroy();
  await cloud.stop();
});

const send = (webhook: object): Promise<unknown> =>
  sqs.send(
    new SendMessageCommand({ QueueUrl: cloud.outputs['WebhooksQueueUrl'], MessageBody: JSON.stringify(webhook) }),
  );

/** Every payment with its thanks. */
async function payments(): Promise<Record<string, number>> {
  const { Items: items = [] } = await dynamodb.send(
    new ScanCommand({ TableName: cloud.outputs['PaymentsTableName'], ConsistentRead: true }),
  );
  return Object.fromEntries(items.map(({ paymentId, thanks }) => [paymentId?.S ?? '', Number(thanks?.N ?? 0)]));
}

/** How many messages wait or are in work. */
async function left(queue: string): Promise<number> {
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: cloud.outputs[queue], AttributeNames: ['All'] }),
  );
  return (
    Number(attributes['ApproximateNumberOfMessages']) + Number(attributes['ApproximateNumberOfMessagesNotVisible'])
  );
}

test('webhooks are recorded once, large ones thanked for, others left alone, and bad ones set aside', async () => {
  await send({ type: 'payment.received', paymentId: 'small', amount: 5 });
  await send({ type: 'payment.received', paymentId: 'large', amount: 250 });
  await send({ type: 'payment.received', paymentId: 'large', amount: 250 });
  await send({ type: 'customer.created', paymentId: 'none', amount: 900 });
  await send({ type: 'payment.received', paymentId: 'bad' });

  await eventually(
    'what can be done is done',
    async () => {
      expect(await payments()).toEqual({ small: 0, large: 1 });
      expect([await left('WebhooksQueueUrl'), await left('WebhooksDeadLetterQueueUrl')]).toEqual([0, 1]);
      return true;
    },
    30,
  );
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: cloud.outputs['WebhooksDeadLetterQueueUrl'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
  expect(messages.map(({ Body }) => JSON.parse(Body ?? '') as unknown)).toEqual([
    { type: 'payment.received', paymentId: 'bad' },
  ]);
  // The filter took the webhook of another kind off the queue, and no function saw it.
  const invoked = observed.flatMap((event) => (event.type === 'invocation-ended' ? [event.functionName] : []));
  expect(invoked.filter((name) => name.includes('ThankCustomer'))).toHaveLength(1);
  expect(observed.filter(({ type }) => type === 'event-dropped')).toEqual([]);
});

test('a function may do what its policy templates say, and no more', async () => {
  const role = cloud.services.iam.roles.list().find(({ name }) => name.includes('RecordWebhookFunctionRole'));
  const table = `arn:aws:dynamodb:us-east-1:000000000000:table/${cloud.outputs['PaymentsTableName'] ?? ''}`;
  const decide = (action: string, resource: string) => cloud.services.iam.decide(role?.arn ?? '', action, resource);
  expect(decide('dynamodb:PutItem', table)).toBe('allowed');
  expect(decide('dynamodb:PutItem', `${table}-of-another`)).toBe('not-allowed');
  expect(decide('dynamodb:DeleteItem', table)).toBe('not-allowed');
  expect(decide('logs:PutLogEvents', '*')).toBe('allowed');
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startMessaging, type Messaging } from '../support/messaging.ts';

let cloud: Messaging;
beforeEach(async () => {
  cloud = await startMessaging();
});
afterEach(() => cloud.stop());

/** As clients from before the JSON protocol speak: a form to the queue's own URL, XML back. */
async function ask(path: string, parameters: Record<string, string>): Promise<string> {
  const response = await fetch(`${cloud.endpoint}${path}`, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=any/20261120/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0',
      'x-amz-date': '20261120T120000Z',
    },
    body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
  });
  return response.text();
}

const text = (xml: string, element: string): string =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';

test('a message goes round in the query protocol', async () => {
  const created = await ask('/', {
    Action: 'CreateQueue',
    QueueName: 'jobs',
    'Attribute.1.Name': 'VisibilityTimeout',
    'Attribute.1.Value': '7',
    'Tag.1.Key': 'team',
    'Tag.1.Value': 'images',
  });
  expect(text(created, 'QueueUrl')).toBe(`${cloud.endpoint}/000000000000/jobs`);
  const path = '/000000000000/jobs';

  const attributes = await ask(path, { Action: 'GetQueueAttributes', 'AttributeName.1': 'VisibilityTimeout' });
  expect(attributes).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>');
  expect(await ask(path, { Action: 'ListQueueTags' })).toContain('<Tag><Key>team</Key><Value>images</Value></Tag>');

  const sent = await ask(path, {
    Action: 'SendMessage',
    MessageBody: 'a < b & c',
    'MessageAttribute.1.Name': 'kind',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'photo',
  });
  const batch = await ask(path, {
    Action: 'SendMessageBatch',
    'SendMessageBatchRequestEntry.1.Id': 'one',
    'SendMessageBatchRequestEntry.1.MessageBody': 'late',
    'SendMessageBatchRequestEntry.1.DelaySeconds': '900',
    'SendMessageBatchRequestEntry.2.Id': 'two',
    'SendMessageBatchRequestEntry.2.MessageBody': '',
  });
  expect(batch).toContain('<SendMessageBatchResultEntry><Id>one</Id>');
  expect(batch).toContain('<BatchResultErrorEntry><Id>two</Id><SenderFault>true</SenderFault>');

  const received = await ask(path, {
    Action: 'ReceiveMessage',
    MaxNumberOfMessages: '10',
    'MessageAttributeName.1': 'All',
    'AttributeName.1': 'ApproximateReceiveCount',
  });
  expect(text(received, 'MessageId')).toBe(text(sent, 'MessageId'));
  expect(text(received, 'Body')).toBe('a &lt; b &amp; c');
  expect(text(received, 'MD5OfMessageAttributes')).toBe(text(sent, 'MD5OfMessageAttributes'));
  expect(received).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  expect(received).toContain('<DataType>String</DataType><StringValue>photo</StringValue>');

  await ask(path, { Action: 'DeleteMessage', ReceiptHandle: text(received, 'ReceiptHandle') });
  const left = await ask(path, { Action: 'GetQueueAttributes', 'AttributeName.1': 'All' });
  expect(left).toContain('<Name>ApproximateNumberOfMessagesNotVisible</Name><Value>0</Value>');
  expect(left).toContain('<Name>ApproximateNumberOfMessagesDelayed</Name><Value>1</Value>');
});

test('errors have the names of the query protocol', async () => {
  const gone = await ask('/', { Action: 'GetQueueUrl', QueueName: 'nope' });
  expect(text(gone, 'Code')).toBe('AWS.SimpleQueueService.NonExistentQueue');
  expect(text(await ask('/', { Action: 'MakeCoffee' }), 'Message')).toContain('sqs:MakeCoffee');
  expect(text(await ask('/', { Action: 'ListQueues', Colour: 'red' }), 'Message')).toContain('Colour');
});

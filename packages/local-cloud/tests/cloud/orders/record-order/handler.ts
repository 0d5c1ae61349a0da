import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

type Event = { Records: { Sns: { Message: string } }[] };

export async function handler(event: Event, context: { functionVersion: string }): Promise<void> {
  for (const { Sns: message } of event.Records) {
    const { orderId } = JSON.parse(message.Message) as { orderId: string };
    await dynamodb.send(
      new PutItemCommand({
        TableName: process.env['ORDERS_TABLE_NAME'],
        Item: {
          orderId: { S: orderId },
          greeting: { S: process.env['GREETING'] ?? '' },
          version: { S: context.functionVersion },
        },
      }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env['COPIES_QUEUE_URL'], MessageBody: message.Message }));
    console.log(JSON.stringify({ level: 'INFO', message: 'order recorded', orderId }));
  }
}

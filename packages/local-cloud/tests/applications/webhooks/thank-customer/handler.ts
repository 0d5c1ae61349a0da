import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const dynamodb = new DynamoDBClient({});

type Event = { Records: { Sns: { Message: string } }[] };

export async function handler(event: Event): Promise<void> {
  for (const { Sns: notification } of event.Records) {
    const { paymentId } = JSON.parse(notification.Message) as { paymentId: string };
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: process.env['PAYMENTS_TABLE_NAME'],
        Key: { paymentId: { S: paymentId } },
        UpdateExpression: 'ADD thanks :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
  }
}

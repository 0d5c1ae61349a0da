'use strict';
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const { PublishCommand, SNSClient } = require('@aws-sdk/client-sns');

const dynamodb = new DynamoDBClient({});
const sns = new SNSClient({});

exports.handler = async ({ Records: records }) => {
  const results = await Promise.allSettled(records.map(record));
  return {
    batchItemFailures: records
      .filter((_record, index) => results[index].status === 'rejected')
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
};

async function record({ body }) {
  const { type, paymentId, amount } = JSON.parse(body);
  if (typeof amount !== 'number') throw new Error(`Payment ${paymentId} has no amount.`);
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: process.env.PAYMENTS_TABLE_NAME,
        Item: { paymentId: { S: paymentId }, type: { S: type }, amount: { N: String(amount) } },
        ConditionExpression: 'attribute_not_exists(paymentId)',
      }),
    );
  } catch (error) {
    // The provider sends a webhook again when it is not sure.
    if (error.name === 'ConditionalCheckFailedException') return;
    throw error;
  }
  await sns.send(
    new PublishCommand({ TopicArn: process.env.PAID_TOPIC_ARN, Message: JSON.stringify({ paymentId, amount }) }),
  );
}

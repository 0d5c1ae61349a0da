import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { Plausible } from './input.ts';

const account = '000000000000';

/** Values that lead to the resources of `everyProperty`, so that an input is refused for itself and not for what it names. */
export async function plausibleFor(service: string, endpoint: string): Promise<Plausible> {
  const queue = `arn:aws:sqs:us-east-1:${account}:dead-letters`;
  const topic = `arn:aws:sns:us-east-1:${account}:news`;
  const table = `arn:aws:dynamodb:us-east-1:${account}:table/images`;
  const key = { id: { S: 'probe' }, at: { S: 'probe' } };
  const own: Readonly<Record<string, Plausible>> = {
    codedeploy: {
      applicationName: 'releases',
      deploymentGroupName: 'worker',
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      targetFilters: { TargetStatus: ['Failed'] },
    },
    dynamodb: {
      TableName: 'images',
      ResourceArn: table,
      Key: key,
      Item: key,
      RequestItems: { images: [{ PutRequest: { Item: key } }] },
    },
    events: { Name: 'orders', Rule: 'orders', EventPattern: '{"source":["shop"]}', Event: '{}' },
    iam: { RoleName: 'worker', PolicyName: 'all' },
    lambda: { FunctionName: 'worker', Name: 'live', LayerName: 'library', UUID: await mapping(service, endpoint) },
    logs: { logGroupName: '/shop/worker' },
    monitoring: {
      AlarmName: 'slow',
      AlarmNames: ['slow'],
      StateValue: 'OK',
      ComparisonOperator: 'GreaterThanThreshold',
      Namespace: 'Shop',
      MetricName: 'orders',
      Period: 60,
      Statistic: 'Sum',
      Statistics: ['Sum'],
      Unit: 'Count',
    },
    s3: {
      Bucket: 'shop-uploads',
      CopySource: 'shop-uploads/probe',
      ChecksumAlgorithm: 'SHA256',
      Policy: '{}',
      VersioningConfiguration: { Status: 'Enabled' },
    },
    scheduler: { Name: 'nightly', GroupName: 'default' },
    sns: { TopicArn: topic, TargetArn: topic, ResourceArn: topic, Protocol: 'sqs', Endpoint: queue },
    sqs: { QueueUrl: `${endpoint}/${account}/dead-letters`, SourceArn: queue, QueueName: 'another' },
  };
  return own[service] ?? {};
}

async function mapping(service: string, endpoint: string): Promise<string | undefined> {
  if (service !== 'lambda') return undefined;
  const client = new LambdaClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({}));
  client.destroy();
  return EventSourceMappings[0]?.UUID;
}

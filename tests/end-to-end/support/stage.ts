import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** The deployed application, wherever it is: clients and the stack's outputs. */
export type Stage = {
  s3: S3Client;
  dynamoDb: DynamoDBClient;
  sns: SNSClient;
  sqs: SQSClient;
  lambda: LambdaClient;
  output: (name: string) => string;
  /** The physical id of a resource of the stack. */
  physicalId: (logicalId: string) => Promise<string>;
};

/**
 * `endpoint` undefined is AWS, with the credentials and the region of the environment. `maxAttempts`: how often a call is tried, where
 * errors are what the test is about.
 */
export async function openStage(
  stackName: string,
  endpoint: string | undefined,
  options: { maxAttempts?: number } = {},
): Promise<Stage> {
  const config =
    endpoint === undefined
      ? options
      : { ...options, endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const cloudFormation = new CloudFormationClient(config);
  const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }));
  return {
    s3: new S3Client(config),
    dynamoDb: new DynamoDBClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
    physicalId: async (logicalId) => {
      const { StackResources: [resource] = [] } = await cloudFormation.send(
        new DescribeStackResourcesCommand({ StackName: stackName, LogicalResourceId: logicalId }),
      );
      return resource?.PhysicalResourceId ?? '';
    },
    output: (name) => {
      const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
      if (value === undefined) throw new Error(`Stack ${stackName} has no output ${name}.`);
      return value;
    },
  };
}

/**
 * The stage that a test run is about: the local cloud that the run's set-up booted, or, with E2E_STAGE=dev, the stack on AWS.
 */
export function stageUnderTest(): Promise<Stage> {
  const { E2E_STAGE: stage, E2E_ENDPOINT: endpoint } = process.env;
  return stage === undefined
    ? openStage('serverless-thumbnails', endpoint)
    : openStage(`serverless-thumbnails-${stage}`, undefined);
}

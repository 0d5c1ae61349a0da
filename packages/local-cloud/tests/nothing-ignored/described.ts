import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CodeDeployClient, GetApplicationCommand, GetDeploymentGroupCommand } from '@aws-sdk/client-codedeploy';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  GetAliasCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';

import type { ApiGateway } from '../../src/services/apigateway/apigateway.ts';

/** Asks all there is to ask about a resource, by its `Ref`; a setting that is not there is its error's name. */
export type Describe = (type: string, ref: string) => Promise<unknown>;

export function createDescriber(endpoint: string, apigateway: ApiGateway): { describe: Describe; stop: () => void } {
  const options = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  };
  const s3 = new S3Client(options);
  const sns = new SNSClient(options);
  const sqs = new SQSClient(options);
  const dynamodb = new DynamoDBClient(options);
  const lambda = new LambdaClient(options);
  const cloudwatch = new CloudWatchClient(options);
  const logs = new CloudWatchLogsClient(options);
  const iam = new IAMClient(options);
  const events = new EventBridgeClient(options);
  const scheduler = new SchedulerClient(options);
  const codedeploy = new CodeDeployClient(options);
  const cognito = new CognitoIdentityProviderClient(options);
  /** The pool comes before its clients and groups. */
  let UserPoolId = '';

  const described: Record<string, (ref: string) => Promise<unknown>[]> = {
    'AWS::S3::Bucket': (Bucket) => [
      s3.send(new GetBucketVersioningCommand({ Bucket })),
      s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
      s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
      s3.send(new GetPublicAccessBlockCommand({ Bucket })),
      s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
      s3.send(new GetBucketEncryptionCommand({ Bucket })),
      s3.send(new GetBucketTaggingCommand({ Bucket })),
      s3.send(new GetBucketCorsCommand({ Bucket })),
    ],
    'AWS::S3::BucketPolicy': (Bucket) => [s3.send(new GetBucketPolicyCommand({ Bucket }))],
    'AWS::SNS::Topic': (TopicArn) => [
      sns.send(new GetTopicAttributesCommand({ TopicArn })),
      sns.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn })),
    ],
    'AWS::SNS::Subscription': (SubscriptionArn) => [
      sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn })),
    ],
    'AWS::SQS::Queue': (QueueUrl) => [
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
      sqs.send(new ListQueueTagsCommand({ QueueUrl })),
    ],
    'AWS::DynamoDB::Table': (TableName) => [
      dynamodb.send(new DescribeTableCommand({ TableName })),
      dynamodb.send(new DescribeTimeToLiveCommand({ TableName })),
      dynamodb.send(new DescribeContinuousBackupsCommand({ TableName })),
      dynamodb.send(
        new ListTagsOfResourceCommand({ ResourceArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}` }),
      ),
    ],
    'AWS::Lambda::Function': (FunctionName) => [lambda.send(new GetFunctionCommand({ FunctionName }))],
    'AWS::Lambda::Alias': (arn) => {
      const [, , , , , , FunctionName, Name] = arn.split(':');
      return [lambda.send(new GetAliasCommand({ FunctionName, Name }))];
    },
    'AWS::Lambda::EventInvokeConfig': () => [
      lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'worker', Qualifier: '$LATEST' })),
    ],
    'AWS::Lambda::EventSourceMapping': (UUID) => [lambda.send(new GetEventSourceMappingCommand({ UUID }))],
    'AWS::Logs::LogGroup': (logGroupNamePrefix) => [logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }))],
    'AWS::CloudWatch::Alarm': (name) => [cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }))],
    'AWS::Events::Rule': (Name) => [
      events.send(new DescribeRuleCommand({ Name })),
      events.send(new ListTargetsByRuleCommand({ Rule: Name })),
    ],
    'AWS::Scheduler::Schedule': (Name) => [scheduler.send(new GetScheduleCommand({ Name }))],
    'AWS::CodeDeploy::Application': (applicationName) => [
      codedeploy.send(new GetApplicationCommand({ applicationName })),
    ],
    'AWS::CodeDeploy::DeploymentGroup': (deploymentGroupName) => [
      codedeploy.send(new GetDeploymentGroupCommand({ applicationName: 'releases', deploymentGroupName })),
    ],
    'AWS::Cognito::UserPool': (id) => {
      UserPoolId = id;
      return [cognito.send(new DescribeUserPoolCommand({ UserPoolId }))];
    },
    'AWS::Cognito::UserPoolClient': (ClientId) => [
      cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
    ],
    'AWS::Cognito::UserPoolGroup': (GroupName) => [cognito.send(new GetGroupCommand({ UserPoolId, GroupName }))],
    'AWS::IAM::Role': (RoleName) => [
      iam.send(new GetRoleCommand({ RoleName })),
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
      iam
        .send(new ListRolePoliciesCommand({ RoleName }))
        .then(({ PolicyNames = [] }) =>
          Promise.all(PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })))),
        ),
    ],
  };

  // There is no API to read these: what is there is what is served.
  for (const kind of ['Api', 'Stage', 'Integration', 'Authorizer', 'Route']) {
    described[`AWS::ApiGatewayV2::${kind}`] = () => [Promise.resolve(apigateway.list())];
  }

  return {
    describe: async (type, ref) => {
      const answers = await Promise.allSettled(described[type]?.(ref) ?? []);
      return answers.map((answer) =>
        answer.status === 'fulfilled' ? lasting(answer.value) : (answer.reason as Error).name,
      );
    },
    stop: () => {
      for (const client of [
        s3,
        sns,
        sqs,
        dynamodb,
        lambda,
        cloudwatch,
        logs,
        events,
        iam,
        scheduler,
        codedeploy,
        cognito,
      ])
        client.destroy();
    },
  };
}

/** What every call or change makes anew. */
const fleeting = new Set([
  '$metadata',
  'LastModified',
  'LastModificationDate',
  'LastModifiedTimestamp',
  'LastUpdateToPayPerRequestDateTime',
  'LastIncreaseDateTime',
  'LastDecreaseDateTime',
  'NumberOfDecreasesToday',
  'RevisionId',
  'Id',
  'AlarmConfigurationUpdatedTimestamp',
  'StateUpdatedTimestamp',
  'StateTransitionedTimestamp',
  'StateReason',
  'StateReasonData',
  'StateValue',
]);

function lasting(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value: unknown) => (fleeting.has(name) ? undefined : value)));
}

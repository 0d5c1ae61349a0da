import { notImplemented } from '../core/aws-error.ts';

/** A policy that AWS keeps for all accounts. Of what it allows, only services that the local cloud has are listed. */
type ManagedPolicy = Allowed & { name: string; path?: string; also?: readonly Allowed[] };
type Allowed = { actions: readonly string[]; resources?: readonly string[] };

const writeLogs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const managedPolicies: readonly ManagedPolicy[] = [
  { name: 'AWSLambdaBasicExecutionRole', path: 'service-role/', actions: writeLogs },
  {
    name: 'AWSLambdaSQSQueueExecutionRole',
    path: 'service-role/',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...writeLogs],
  },
  // Nothing here has network interfaces: of this one, too, the logs remain.
  { name: 'AWSLambdaVPCAccessExecutionRole', path: 'service-role/', actions: writeLogs },
  { name: 'AWSLambdaRole', path: 'service-role/', actions: ['lambda:InvokeFunction'] },
  {
    name: 'AWSCodeDeployRoleForLambda',
    path: 'service-role/',
    actions: ['cloudwatch:DescribeAlarms', 'lambda:UpdateAlias', 'lambda:GetAlias', 'sns:Publish'],
    also: [
      { actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: ['arn:aws:s3:::*/CodeDeploy/*'] },
      { actions: ['lambda:InvokeFunction'], resources: ['arn:aws:lambda:*:*:function:CodeDeployHook_*'] },
    ],
  },
  {
    name: 'AWSXrayWriteOnlyAccess',
    actions: [
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ],
  },
  { name: 'AmazonS3FullAccess', actions: ['s3:*'] },
  { name: 'AmazonS3ReadOnlyAccess', actions: ['s3:Get*', 's3:List*', 's3:Describe*'] },
  { name: 'AmazonSQSFullAccess', actions: ['sqs:*'] },
  {
    name: 'AmazonSQSReadOnlyAccess',
    actions: [
      'GetQueueAttributes',
      'GetQueueUrl',
      'ListDeadLetterSourceQueues',
      'ListQueues',
      'ListMessageMoveTasks',
    ].map((action) => `sqs:${action}`),
  },
  { name: 'AmazonSNSFullAccess', actions: ['sns:*'] },
  { name: 'AmazonSNSReadOnlyAccess', actions: ['sns:GetTopicAttributes', 'sns:List*'] },
  { name: 'AmazonDynamoDBFullAccess', actions: ['dynamodb:*'] },
  { name: 'AmazonEventBridgeFullAccess', actions: ['events:*', 'scheduler:*'] },
  { name: 'AWSLambda_FullAccess', actions: ['lambda:*', 'logs:DescribeLogGroups'] },
  { name: 'CloudWatchLogsFullAccess', actions: ['logs:*'] },
  { name: 'AdministratorAccess', actions: ['*'] },
];

const prefix = 'arn:aws:iam::aws:policy/';
const byArn = new Map(
  managedPolicies.map(({ name, path = '', also = [], ...own }) => [
    `${prefix}${path}${name}`,
    { name, document: { Version: '2012-10-17', Statement: [own, ...also].map(statement) } },
  ]),
);

function statement({ actions, resources = ['*'] }: Allowed): object {
  return { Effect: 'Allow', Action: actions, Resource: resources };
}

/** The ARN of a policy that AWS keeps, by its name, as SAM's `Policies` have it; undefined for one that is not known here. */
export function managedPolicyArn(name: string): string | undefined {
  return [...byArn].find(([, policy]) => policy.name === name)?.[0];
}

/** The document of a policy that AWS keeps. Throws AwsError NotImplemented that names one that is not known here. */
export function managedPolicyDocument(arn: string): object {
  const policy = byArn.get(arn);
  if (policy === undefined) throw notImplemented(managedPolicyRefusal(arn));
  return policy.document;
}

export function isManagedPolicy(arn: string): boolean {
  return byArn.has(arn);
}

export function managedPolicyRefusal(arn: string): string {
  const names = managedPolicies.map(({ name }) => name);
  return `the managed policy ${arn}: of AWS's own it has ${names.join(', ')}; write the statements of others out`;
}

/** What a property of SAM's is tried with, and what must be there besides. */
export type Trial = { value: unknown; with?: Readonly<Record<string, unknown>> };

/**
 * SAM's properties, as its documentation lists them (there is no published schema that has them all). Those with a trial are
 * implemented, `refused` are refused by name.
 */
export type Properties = Readonly<Record<string, Trial | 'refused'>>;

const published = { AutoPublishAlias: 'live' };
const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

const functionProperties: Properties = {
  Architectures: { value: ['arm64'] },
  AssumeRolePolicyDocument: { value: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] } },
  AutoPublishAlias: { value: 'live' },
  AutoPublishAliasAllProperties: { value: true, with: published },
  AutoPublishCodeSha256: { value: 'abc', with: published },
  CapacityProviderConfig: 'refused',
  CodeSigningConfigArn: 'refused',
  CodeUri: { value: 'elsewhere/' },
  DeadLetterQueue: { value: { Type: 'SQS', TargetArn: 'arn:aws:sqs:us-east-1:000000000000:q' } },
  DeploymentPreference: { value: { Type: 'AllAtOnce' }, with: published },
  Description: { value: 'works' },
  DurableConfig: 'refused',
  Environment: { value: { Variables: { STAGE: 'test' } } },
  EphemeralStorage: { value: { Size: 1024 } },
  EventInvokeConfig: { value: { MaximumRetryAttempts: 1 } },
  Events: { value: { E: { Type: 'SQS', Properties: { Queue: 'arn:aws:sqs:us-east-1:000000000000:q' } } } },
  FileSystemConfigs: 'refused',
  FunctionName: { value: 'worker' },
  FunctionScalingConfig: 'refused',
  FunctionUrlConfig: 'refused',
  Handler: { value: 'other.handler' },
  ImageConfig: 'refused',
  ImageUri: 'refused',
  InlineCode: { value: 'exports.handler = async () => 1;' },
  KmsKeyArn: 'refused',
  Layers: { value: ['arn:aws:lambda:us-east-1:000000000000:layer:l:1'] },
  LoggingConfig: { value: { LogFormat: 'JSON' } },
  MemorySize: { value: 512 },
  PackageType: { value: 'Zip' },
  PermissionsBoundary: 'refused',
  Policies: { value: [{ Statement: [statement] }] },
  PropagateTags: 'refused',
  ProvisionedConcurrencyConfig: 'refused',
  PublishToLatestPublished: 'refused',
  RecursiveLoop: 'refused',
  ReservedConcurrentExecutions: { value: 1 },
  Role: { value: 'arn:aws:iam::000000000000:role/r' },
  RolePath: { value: '/team/' },
  Runtime: { value: 'nodejs22.x' },
  RuntimeManagementConfig: 'refused',
  SnapStart: 'refused',
  SourceKMSKeyArn: 'refused',
  Tags: { value: { team: 'images' } },
  TenancyConfig: 'refused',
  Timeout: { value: 30 },
  Tracing: { value: 'Active' },
  VersionDeletionPolicy: 'refused',
  VersionDescription: { value: 'the first', with: published },
  VpcConfig: 'refused',
};

const ofMapping: Properties = {
  BatchSize: { value: 5 },
  Enabled: { value: false },
  FilterCriteria: { value: { Filters: [{ Pattern: '{}' }] } },
  FunctionResponseTypes: { value: ['ReportBatchItemFailures'] },
  KmsKeyArn: 'refused',
  MaximumBatchingWindowInSeconds: { value: 3 },
  MetricsConfig: 'refused',
  ProvisionedPollerConfig: 'refused',
  ScalingConfig: { value: { MaximumConcurrency: 3 } },
};
const retries = { value: { MaximumRetryAttempts: 1 } };
const deadLetters = { value: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q' } };
const ofRule: Properties = {
  DeadLetterConfig: deadLetters,
  EventBusName: { value: 'default' },
  Input: { value: '{}' },
  InputPath: { value: '$.detail' },
  InputTransformer: 'refused',
  Pattern: { value: { source: ['other'] } },
  RetryPolicy: retries,
  RuleName: { value: 'rule' },
  State: { value: 'DISABLED' },
  Target: { value: { Id: 'target' } },
};

/** Of a deployment preference, beside `Type`. */
export const ofPreference: Properties = {
  Alarms: { value: ['an-alarm'] },
  Enabled: { value: false },
  Hooks: { value: { PreTraffic: 'CodeDeployHook_before' } },
  PassthroughCondition: { value: true },
  Role: { value: 'arn:aws:iam::000000000000:role/release' },
  TriggerConfigurations: 'refused',
  Type: { value: 'Canary10Percent5Minutes' },
};

/** Of each kind of event that is implemented; `base` is what it needs. */
export const events: Readonly<Record<string, { base: Readonly<Record<string, unknown>>; properties: Properties }>> = {
  SNS: {
    base: { Topic: 'arn:aws:sns:us-east-1:000000000000:t' },
    properties: {
      FilterPolicy: { value: { kind: ['photo'] } },
      FilterPolicyScope: { value: 'MessageBody' },
      RedrivePolicy: { value: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:q' } },
      Region: 'refused',
      SqsSubscription: 'refused',
      Topic: { value: 'arn:aws:sns:us-east-1:000000000000:other' },
    },
  },
  SQS: {
    base: { Queue: 'arn:aws:sqs:us-east-1:000000000000:q' },
    properties: { ...ofMapping, Queue: { value: 'arn:aws:sqs:us-east-1:000000000000:other' } },
  },
  S3: {
    base: { Bucket: { Ref: 'Bucket' }, Events: 's3:ObjectCreated:*' },
    properties: {
      Bucket: { value: { Ref: 'OtherBucket' } },
      Events: { value: ['s3:ObjectRemoved:*'] },
      Filter: { value: { S3Key: { Rules: [{ Name: 'prefix', Value: 'a/' }] } } },
    },
  },
  Schedule: {
    base: { Schedule: 'rate(1 hour)' },
    properties: {
      DeadLetterConfig: deadLetters,
      Description: { value: 'hourly' },
      Enabled: { value: false },
      Input: { value: '{}' },
      Name: { value: 'hourly' },
      RetryPolicy: retries,
      Schedule: { value: 'rate(2 hours)' },
      State: { value: 'DISABLED' },
    },
  },
  ScheduleV2: {
    base: { ScheduleExpression: 'rate(1 hour)' },
    properties: {
      DeadLetterConfig: deadLetters,
      Description: { value: 'hourly' },
      EndDate: { value: '2099-01-01T00:00:00Z' },
      FlexibleTimeWindow: { value: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } },
      GroupName: { value: 'default' },
      Input: { value: '{}' },
      KmsKeyArn: 'refused',
      Name: { value: 'hourly' },
      OmitName: { value: true },
      PermissionsBoundary: 'refused',
      RetryPolicy: retries,
      RoleArn: { value: 'arn:aws:iam::000000000000:role/r' },
      ScheduleExpression: { value: 'rate(2 hours)' },
      ScheduleExpressionTimezone: { value: 'Europe/Berlin' },
      StartDate: { value: '2098-01-01T00:00:00Z' },
      State: { value: 'DISABLED' },
    },
  },
  EventBridgeRule: { base: { Pattern: { source: ['shop'] } }, properties: ofRule },
  CloudWatchEvent: { base: { Pattern: { source: ['shop'] } }, properties: ofRule },
};

export const refusedEvents = [
  'AlexaSkill',
  'Api',
  'CloudWatchLogs',
  'Cognito',
  'DocumentDB',
  'DynamoDB',
  'HttpApi',
  'IoTRule',
  'Kinesis',
  'MQ',
  'MSK',
  'SelfManagedKafka',
];

/** Of each serverless type that is implemented. */
export const types: Readonly<Record<string, { base: Readonly<Record<string, unknown>>; properties: Properties }>> = {
  'AWS::Serverless::Application': {
    base: { Location: 'inner.yaml' },
    properties: {
      Location: { value: 'other.yaml' },
      NotificationARNs: 'refused',
      Parameters: { value: { Stage: 'dev' } },
      Tags: { value: { team: 'images' } },
      TimeoutInMinutes: 'refused',
    },
  },
  'AWS::Serverless::Function': {
    base: { CodeUri: 'src/', Handler: 'index.handler', Runtime: 'nodejs24.x' },
    properties: functionProperties,
  },
  'AWS::Serverless::LayerVersion': {
    base: { ContentUri: 'layer/' },
    properties: {
      CompatibleArchitectures: { value: ['arm64'] },
      CompatibleRuntimes: { value: ['nodejs24.x'] },
      ContentUri: { value: 'elsewhere/' },
      Description: { value: 'a library' },
      LayerName: { value: 'library' },
      LicenseInfo: { value: 'MIT' },
      PublishLambdaVersion: { value: true },
      RetentionPolicy: { value: 'Delete' },
    },
  },
  'AWS::Serverless::SimpleTable': {
    base: {},
    properties: {
      PointInTimeRecoverySpecification: { value: { PointInTimeRecoveryEnabled: true } },
      PrimaryKey: { value: { Name: 'key', Type: 'Number' } },
      ProvisionedThroughput: { value: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
      SSESpecification: { value: { SSEEnabled: true } },
      TableName: { value: 'table' },
      Tags: { value: { team: 'images' } },
    },
  },
};

export const refusedTypes = [
  'Api',
  'CapacityProvider',
  'Connector',
  'GraphQLApi',
  'HttpApi',
  'MicrovmImage',
  'NetworkConnector',
  'StateMachine',
  'WebFunction',
  'WebSocketApi',
].map((name) => `AWS::Serverless::${name}`);

/** Objects that are SAM's own, with a member that there is not. */
export const strangers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'an event': { Events: { E: { Type: 'SQS', Properties: { Queue: 'q' }, Stranger: 1 } } },
  'a target': {
    Events: { E: { Type: 'EventBridgeRule', Properties: { Pattern: {}, Target: { Id: 't', Stranger: 1 } } } },
  },
  'a dead-letter queue': { DeadLetterQueue: { Type: 'SQS', TargetArn: 'a', Stranger: 1 } },
  'the asynchronous settings': { EventInvokeConfig: { Stranger: 1 } },
  destinations: { EventInvokeConfig: { DestinationConfig: { Stranger: {} } } },
  'a deployment preference': { DeploymentPreference: { Type: 'AllAtOnce', Stranger: 1 } },
  hooks: { AutoPublishAlias: 'live', DeploymentPreference: { Type: 'AllAtOnce', Hooks: { Stranger: 1 } } },
  'a destination': {
    EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: 'SQS', Destination: 'a', Stranger: 1 } } },
  },
};

/** Values of the wrong kind, which must not pass for nothing. */
export const wrongKinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Tags: { Tags: [{ Key: 'a', Value: 'b' }] },
  DeadLetterQueue: { DeadLetterQueue: 'arn' },
  'DeadLetterQueue.Type': { DeadLetterQueue: { Type: 'Kinesis', TargetArn: 'a' } },
  EventInvokeConfig: { EventInvokeConfig: 'fast' },
  DeploymentPreference: { DeploymentPreference: 'slow' },
  Alarms: { AutoPublishAlias: 'live', DeploymentPreference: { Type: 'AllAtOnce', Alarms: 'a' } },
  Hooks: { AutoPublishAlias: 'live', DeploymentPreference: { Type: 'AllAtOnce', Hooks: 'a' } },
  PassthroughCondition: {
    AutoPublishAlias: 'live',
    DeploymentPreference: { Type: 'AllAtOnce', PassthroughCondition: 'perhaps' },
  },
  DestinationConfig: { EventInvokeConfig: { DestinationConfig: 'there' } },
  Events: { Events: [] },
  Enabled: { Events: { E: { Type: 'Schedule', Properties: { Schedule: 'rate(1 hour)', Enabled: 'perhaps' } } } },
  OmitName: { Events: { E: { Type: 'ScheduleV2', Properties: { ScheduleExpression: 'rate(1 hour)', OmitName: 1 } } } },
  AutoPublishAliasAllProperties: { AutoPublishAlias: 'live', AutoPublishAliasAllProperties: 'perhaps' },
};

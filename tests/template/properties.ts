/** A value that may still hold an intrinsic function: compared, never computed with. */
export type Value = unknown;

export type Metric = { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: Value }[] };

export type MetricQuery = {
  Id: string;
  Expression?: string;
  ReturnData?: boolean;
  MetricStat?: { Metric: Metric; Period: number; Stat: string };
};

export type Statement = {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | { Service?: string };
  Action: string | string[];
  Resource?: Value;
  Condition?: Record<string, Record<string, Value>>;
};
export type Policy = { Version?: string; Statement: Statement[] };

/** What the tests look at, in CloudFormation's names. */
export type Properties = {
  'AWS::S3::Bucket': {
    BucketName?: Value;
    PublicAccessBlockConfiguration?: Record<string, boolean>;
    OwnershipControls?: { Rules: { ObjectOwnership: string }[] };
    BucketEncryption?: Value;
    VersioningConfiguration?: { Status: string };
    LifecycleConfiguration?: {
      Rules: {
        Prefix?: string;
        Status: string;
        ExpirationInDays?: number;
        ExpiredObjectDeleteMarker?: boolean;
        NoncurrentVersionExpiration?: { NoncurrentDays: number };
        AbortIncompleteMultipartUpload?: { DaysAfterInitiation: number };
      }[];
    };
    NotificationConfiguration?: { TopicConfigurations?: { Event: string; Topic: Value }[] };
  };
  'AWS::S3::BucketPolicy': { Bucket: Value; PolicyDocument: Policy };
  'AWS::DynamoDB::Table': {
    BillingMode?: string;
    DeletionProtectionEnabled?: boolean;
    PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled: boolean };
    TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
    KeySchema: { AttributeName: string; KeyType: string }[];
    GlobalSecondaryIndexes?: {
      IndexName: string;
      KeySchema: { AttributeName: string; KeyType: string }[];
      Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
    }[];
  };
  'AWS::SNS::Topic': { KmsMasterKeyId?: Value };
  'AWS::SNS::TopicPolicy': { Topics: Value[]; PolicyDocument: Policy };
  'AWS::SNS::Subscription': {
    Protocol: string;
    TopicArn: Value;
    Endpoint: Value;
    RedrivePolicy?: { deadLetterTargetArn: Value };
  };
  'AWS::SQS::Queue': {
    QueueName?: Value;
    SqsManagedSseEnabled?: boolean;
    MessageRetentionPeriod?: number;
    VisibilityTimeout?: number;
    RedrivePolicy?: { deadLetterTargetArn: { 'Fn::GetAtt': [string, string] }; maxReceiveCount: number };
    RedriveAllowPolicy?: { redrivePermission: string; sourceQueueArns?: { 'Fn::Sub': string }[] };
  };
  'AWS::SQS::QueuePolicy': { Queues: { Ref: string }[]; PolicyDocument: Policy };
  'AWS::Serverless::LayerVersion': {
    ContentUri: Value;
    LayerName?: Value;
    PublishLambdaVersion?: boolean;
    CompatibleArchitectures?: Value[];
  };
  'AWS::CloudWatch::Alarm': Partial<Metric> & {
    AlarmName?: Value;
    AlarmDescription?: string;
    Metrics?: MetricQuery[];
    Statistic?: string;
    ExtendedStatistic?: string;
    EvaluateLowSampleCountPercentile?: string;
    Period?: number;
    EvaluationPeriods: number;
    DatapointsToAlarm?: number;
    ComparisonOperator: string;
    Threshold: number;
    TreatMissingData?: string;
    AlarmActions?: Value[];
    OKActions?: Value[];
  };
  'AWS::Serverless::Function': {
    FunctionName?: Value;
    CodeUri?: string;
    Handler?: string;
    Runtime?: string;
    Architectures?: Value[];
    Layers?: { Ref: string }[];
    Role?: { 'Fn::GetAtt': [string, string] };
    Policies?: Value;
    MemorySize?: number;
    Timeout?: number;
    Tracing?: string;
    AutoPublishAlias?: string;
    AutoPublishAliasAllProperties?: boolean;
    AutoPublishCodeSha256?: Value;
    DeploymentPreference?: {
      Enabled?: boolean;
      Type?: Value;
      Role?: { 'Fn::GetAtt': [string, string] };
      Hooks?: { PreTraffic?: { Ref: string }; PostTraffic?: { Ref: string } };
      Alarms?: { Ref: string }[];
    };
    ReservedConcurrentExecutions?: Value;
    LoggingConfig?: {
      LogFormat?: string;
      LogGroup?: { Ref: string };
      ApplicationLogLevel?: string;
      SystemLogLevel?: string;
    };
    Environment?: { Variables: Record<string, Value> };
    EventInvokeConfig?: {
      MaximumRetryAttempts?: number;
      MaximumEventAgeInSeconds?: number;
      DestinationConfig?: { OnFailure?: { Type: string; Destination: { 'Fn::GetAtt': [string, string] } } };
    };
    Events?: Record<string, { Type: string; Properties: EventProperties }>;
  };
  'AWS::IAM::Role': {
    AssumeRolePolicyDocument: Policy;
    ManagedPolicyArns?: Value[];
    Policies?: { PolicyName: string; PolicyDocument: Policy }[];
  };
  'AWS::Logs::LogGroup': { RetentionInDays?: number };
};

export type EventProperties = {
  Queue?: { 'Fn::GetAtt': [string, string] };
  BatchSize?: number;
  MaximumBatchingWindowInSeconds?: number;
  FunctionResponseTypes?: string[];
  ScalingConfig?: { MaximumConcurrency?: number | string };
  RedrivePolicy?: { deadLetterTargetArn: { 'Fn::GetAtt': [string, string] } };
  OmitName?: boolean;
  ScheduleExpression?: string;
  Input?: unknown;
  RetryPolicy?: { MaximumRetryAttempts: number; MaximumEventAgeInSeconds: number };
  DeadLetterConfig?: { Arn: Value };
  RoleArn?: { 'Fn::GetAtt': [string, string] };
  Pattern?: Value;
};

export type ResourceType = keyof Properties;
export type PropertiesOf<T extends ResourceType> = Properties[T];

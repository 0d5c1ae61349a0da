/** All that AWS does with it is to tell it again, or to name the resource by it. */
export const described = 'described';

const lambda = 'lambda/functions.test.ts';
const poller = 'lambda/poller.test.ts';
const asynchronous = 'lambda/asynchronous.test.ts';
const messages = 'sqs/messages.test.ts';
const lifecycle = 's3/lifecycle.test.ts';
const notifications = 's3/notifications.test.ts';
const scheduler = 'scheduler/scheduler.test.ts';
const fanOut = 'sns/fan-out.test.ts';
const endingEarly = 'codedeploy/ending-early.test.ts';
const signIn = 'cognito/cognito.test.ts';
const signInStack = 'cognito/stack.test.ts';
const effects = 'nothing-ignored/effects.test.ts';
const alarms = 'cloudwatch/alarms.test.ts';
const decisions = 'cloudwatch/decide.test.ts';
const nested = 'stacks/nested.test.ts';
const httpApi = 'apigateway/http-api.test.ts';
const stage = 'apigateway/stage.test.ts';
const authorizer = 'apigateway/authorizer.test.ts';
const watchedStack = 'cloudwatch/stack.test.ts';

/**
 * Where the effect of each implemented property is shown: file and title of a test below `local-cloud/tests`, or `described`. A property
 * stands for all that it holds, unless that has a row of its own.
 */
export const shownBy: Readonly<
  Record<string, Readonly<Record<string, readonly [file: string, title: string] | typeof described>>>
> = {
  'AWS::S3::Bucket': {
    BucketName: described,
    VersioningConfiguration: ['s3/versions.test.ts', 'an overwritten object keeps its earlier version'],
    NotificationConfiguration: [notifications, 'comes for keys that match prefix and suffix only'],
    'NotificationConfiguration.LambdaConfigurations': [notifications, 'goes to a function that lets the bucket in'],
    LifecycleConfiguration: [lifecycle, 'objects below a prefix expire at the midnight after their days'],
    'LifecycleConfiguration.Rules.Id': [lifecycle, 'rules are read back as they were written'],
    'LifecycleConfiguration.Rules.Status': [lifecycle, 'tags and sizes choose, and a disabled rule does nothing'],
    'LifecycleConfiguration.Rules.TagFilters': [lifecycle, 'tags and sizes choose, and a disabled rule does nothing'],
    'LifecycleConfiguration.Rules.ObjectSizeGreaterThan': [lifecycle, 'tags and sizes choose'],
    'LifecycleConfiguration.Rules.ObjectSizeLessThan': [lifecycle, 'tags and sizes choose'],
    'LifecycleConfiguration.Rules.ExpiredObjectDeleteMarker': [lifecycle, 'a marker goes when it is all that is left'],
    'LifecycleConfiguration.Rules.ExpirationDate': [effects, 'objects expire at the date of their rule'],
    'LifecycleConfiguration.Rules.NoncurrentVersionExpiration': [
      lifecycle,
      'the newest of the noncurrent versions can be kept',
    ],
    'LifecycleConfiguration.Rules.AbortIncompleteMultipartUpload': [lifecycle, 'unfinished uploads are aborted'],
    PublicAccessBlockConfiguration: [
      's3/permissions.test.ts',
      'that would open the bucket to everybody is refused, as public access is blocked',
    ],
    // Nobody has ACLs here: these two have nothing to block.
    'PublicAccessBlockConfiguration.BlockPublicAcls': [
      's3/refusals.test.ts',
      'ACLs, where the owner of the bucket owns all',
    ],
    'PublicAccessBlockConfiguration.IgnorePublicAcls': [
      's3/refusals.test.ts',
      'ACLs, where the owner of the bucket owns all',
    ],
    'PublicAccessBlockConfiguration.RestrictPublicBuckets': [
      's3/permissions.test.ts',
      'is let in by a bucket policy only, where public policies are not blocked',
    ],
    OwnershipControls: ['s3/refusals.test.ts', 'ACLs, where the owner of the bucket owns all'],
    CorsConfiguration: ['s3/cors.test.ts', 'is granted by the first rule that fits origin, method and every header'],
    BucketEncryption: described,
    Tags: described,
  },
  'AWS::S3::BucketPolicy': {
    Bucket: ['s3/bucket-stack.test.ts', 'a bucket policy in a stack is set, changed and taken away'],
    PolicyDocument: ['s3/permissions.test.ts', 'lets a role in that has no policy for it'],
  },
  'AWS::SNS::Topic': {
    TopicName: described,
    DisplayName: described,
    Subscription: ['sqs/providers.test.ts', "a topic's own list of subscriptions is kept, and no other is touched"],
    Tags: described,
  },
  'AWS::SNS::TopicPolicy': {
    Topics: ['sqs/providers.test.ts', 'a topic, its policy and its subscriptions are made, changed and deleted'],
    PolicyDocument: [fanOut, 'a topic takes from a service what its policy lets in'],
  },
  'AWS::SNS::Subscription': {
    TopicArn: [fanOut, 'a queue gets the message in the envelope of SNS'],
    Protocol: [fanOut, 'a function gets one record, with the names that Lambda gives them'],
    Endpoint: [fanOut, 'a queue gets the message in the envelope of SNS'],
    RawMessageDelivery: [fanOut, 'raw delivery gives a queue the message'],
    FilterPolicy: [fanOut, 'a filter decides by attributes or by the body'],
    FilterPolicyScope: [fanOut, 'a filter decides by attributes or by the body'],
    RedrivePolicy: [fanOut, 'goes straight to the dead-letter queue of the subscription'],
  },
  'AWS::SQS::Queue': {
    QueueName: described,
    DelaySeconds: [messages, 'a delayed message counts as such until its delay ends'],
    MaximumMessageSize: [effects, 'and messages small'],
    MessageRetentionPeriod: ['sqs/queues.test.ts', 'a message older than the retention is gone'],
    ReceiveMessageWaitTimeSeconds: [effects, 'a queue may make every receive a long poll'],
    VisibilityTimeout: [messages, 'a received message is invisible until its timeout ends'],
    SqsManagedSseEnabled: described,
    RedrivePolicy: [
      'sqs/redrive.test.ts',
      'a message goes to the dead-letter queue on the receive that would exceed the maximum',
    ],
    RedriveAllowPolicy: [
      'sqs/redrive.test.ts',
      'refuses a dead-letter queue that is not there or does not let the source in',
    ],
    Tags: described,
  },
  'AWS::SQS::QueuePolicy': {
    Queues: ['sqs/providers.test.ts', 'a topic, its policy and its subscriptions are made, changed and deleted'],
    PolicyDocument: ['sqs/deliveries.test.ts', 'a queue lets in the service that its policy names'],
  },
  'AWS::DynamoDB::Table': {
    TableName: described,
    AttributeDefinitions: ['dynamodb/dynamodb.test.ts', 'what was put is read back, every kind of value'],
    KeySchema: ['dynamodb/dynamodb.test.ts', 'what was put is read back, every kind of value'],
    BillingMode: ['dynamodb/throughput.test.ts', 'a provisioned table throttles writes'],
    ProvisionedThroughput: ['dynamodb/throughput.test.ts', 'a provisioned table throttles writes'],
    GlobalSecondaryIndexes: ['dynamodb/dynamodb.test.ts', 'a sparse index lists only the items that carry its keys'],
    LocalSecondaryIndexes: [effects, 'a local index lists what it projects'],
    TimeToLiveSpecification: ['dynamodb/dynamodb.test.ts', 'expired items go when the sweep comes by'],
    DeletionProtectionEnabled: ['dynamodb/dynamodb.test.ts', 'a table protected against deletion is not deleted'],
    PointInTimeRecoverySpecification: described,
    SSESpecification: described,
    Tags: ['dynamodb/throughput.test.ts', 'a stack changes the throughput, the way of paying and the tags of a table'],
  },
  'AWS::Lambda::Function': {
    FunctionName: described,
    Description: described,
    Code: ['lambda/providers.test.ts', "has CloudFormation's name, defaults and attributes, and runs"],
    PackageType: ['lambda/providers.test.ts', 'an image'],
    Handler: ['runtime/handler.test.ts', 'Where a handler is found'],
    Runtime: ['runtime/handler.test.ts', 'the AWS SDK, which the runtime brings along'],
    Role: [lambda, 'refuse a role that Lambda may not assume'],
    Architectures: described,
    MemorySize: ['runtime/failures.test.ts', 'memory above the limit'],
    Timeout: ['runtime/failures.test.ts', 'a handler in a busy loop is ended by its timeout'],
    EphemeralStorage: described,
    Environment: ['runtime/handler.test.ts', 'the environment that Lambda gives, the variables of the function'],
    Layers: ['lambda/providers.test.ts', 'a release: layer, version, alias'],
    TracingConfig: [effects, 'a function that is traced begins traces that are sampled'],
    LoggingConfig: ['runtime/log-lines.test.ts', 'levels filter what the handler and what Lambda says'],
    'LoggingConfig.LogFormat': ['runtime/log-lines.test.ts', 'what the console says becomes records'],
    'LoggingConfig.LogGroup': [effects, 'a function logs to the group that it names'],
    DeadLetterConfig: [asynchronous, 'is a dead letter with three attributes'],
    ReservedConcurrentExecutions: [lambda, 'throttles what goes beyond it'],
    Tags: described,
  },
  'AWS::Lambda::Version': {
    FunctionName: [lambda, 'keep the code and configuration that they were published with'],
    Description: [effects, 'versions and layers are told as they were published'],
  },
  'AWS::Lambda::Alias': {
    Name: [lambda, 'lead to their version'],
    FunctionName: [lambda, 'lead to their version'],
    FunctionVersion: [lambda, 'lead to their version'],
    Description: described,
    RoutingConfig: [lambda, 'choose by weight'],
  },
  'AWS::CodeDeploy::Application': { ApplicationName: described, ComputePlatform: described },
  'AWS::CodeDeploy::DeploymentGroup': {
    ApplicationName: described,
    DeploymentGroupName: described,
    DeploymentConfigName: ['codedeploy/traffic.test.ts', 'by a canary: a tenth for five minutes, then all'],
    ServiceRoleArn: [endingEarly, 'fails where the service role may not move the alias'],
    AlarmConfiguration: [endingEarly, 'that fires during the canary stops the deployment'],
    'AlarmConfiguration.IgnorePollAlarmFailure': [endingEarly, 'that is missing stops the deployment, unless'],
    AutoRollbackConfiguration: [endingEarly, 'leaves the alias as it is where the group rolls back for other reasons'],
    DeploymentStyle: described,
  },
  'AWS::Lambda::LayerVersion': {
    LayerName: [effects, 'versions and layers are told as they were published'],
    Content: ['runtime/handler.test.ts', 'the packages of its layers'],
    Description: [effects, 'versions and layers are told as they were published'],
    CompatibleRuntimes: [effects, 'layers are listed by what they are compatible with'],
    CompatibleArchitectures: [effects, 'layers are listed by what they are compatible with'],
    LicenseInfo: [effects, 'versions and layers are told as they were published'],
  },
  'AWS::Lambda::Permission': {
    Action: [effects, 'a permission lets in for its action only'],
    FunctionName: [asynchronous, 'is let in by the policy of the very qualifier'],
    Principal: [asynchronous, 'is let in by the policy of the very qualifier'],
    SourceArn: [asynchronous, 'and by its conditions'],
    SourceAccount: [asynchronous, 'and by its conditions'],
  },
  'AWS::Lambda::EventInvokeConfig': {
    FunctionName: [asynchronous, 'is tried three times'],
    Qualifier: [asynchronous, 'is let in by the policy of the very qualifier'],
    'DestinationConfig.OnSuccess': [asynchronous, 'that succeeds is told to the success destination'],
    'DestinationConfig.OnFailure': [asynchronous, 'then goes to the destination with its story'],
    DestinationConfig: [asynchronous, 'then goes to the destination with its story'],
    MaximumEventAgeInSeconds: [asynchronous, 'that is too old is not tried again'],
    MaximumRetryAttempts: [asynchronous, 'is dropped loudly where nothing keeps it'],
  },
  'AWS::Lambda::EventSourceMapping': {
    EventSourceArn: [poller, 'hands over records as SQS gives them'],
    FunctionName: [poller, 'hands over records as SQS gives them'],
    Enabled: [poller, 'rests while it is disabled'],
    BatchSize: [poller, 'hands over at most a batch at once'],
    MaximumBatchingWindowInSeconds: [poller, 'waits for a full batch no longer than its window'],
    FunctionResponseTypes: ['lambda/partial-batch.test.ts', 'names what failed, and nothing else'],
    ScalingConfig: [poller, 'no more batches than the mapping may have'],
    FilterCriteria: [poller, 'deletes what its filters do not let through'],
  },
  'AWS::Logs::LogGroup': {
    LogGroupName: described,
    RetentionInDays: ['logs/logs.test.ts', 'are forgotten after their retention'],
  },
  'AWS::CloudWatch::Alarm': {
    AlarmName: described,
    AlarmDescription: [alarms, 'is told to the topics of the new state, as AWS tells it'],
    ActionsEnabled: [alarms, 'is no news to topics while the actions are off'],
    OKActions: [alarms, 'is told to the topics of the new state, as AWS tells it'],
    AlarmActions: [alarms, 'is told to the topics of the new state, as AWS tells it'],
    InsufficientDataActions: [alarms, 'is told to the topics of the new state, as AWS tells it'],
    MetricName: [alarms, 'is evaluated every minute over the window that ends then'],
    Namespace: [alarms, 'is evaluated every minute over the window that ends then'],
    Dimensions: ['cloudwatch/metrics.test.ts', 'is apart by its dimensions, in whatever order, and by its unit'],
    Statistic: [alarms, 'is evaluated every minute over the window that ends then'],
    ExtendedStatistic: [alarms, 'watches a percentile, and disregards few samples if it is told to'],
    EvaluateLowSampleCountPercentile: [alarms, 'watches a percentile, and disregards few samples if it is told to'],
    Unit: [alarms, 'watches one unit where it names one'],
    Period: [alarms, 'is evaluated every minute over the window that ends then'],
    EvaluationPeriods: [alarms, 'needs as many of the last datapoints as it says'],
    DatapointsToAlarm: [alarms, 'needs as many of the last datapoints as it says'],
    Threshold: [alarms, 'keeps its state when it is changed, and is evaluated anew'],
    ComparisonOperator: [decisions, "['GreaterThanOrEqualToThreshold', [false, true, true]]"],
    TreatMissingData: [decisions, 'How alarm state is evaluated when data is missing'],
    Metrics: [watchedStack, 'raises the alarm of a template'],
  },
  'AWS::Events::Rule': {
    Name: described,
    Description: described,
    EventBusName: described,
    EventPattern: [effects, 'a rule hands on the events of its pattern'],
    ScheduleExpression: [effects, 'a rule with an expression fires by the clock'],
    State: [effects, 'a rule hands on the events of its pattern'],
    Targets: [effects, 'a rule hands on the events of its pattern'],
    'Targets.RoleArn': [effects, 'a target that comes with a role is reached by what the role may'],
    'Targets.RetryPolicy': [effects, 'what a rule cannot hand on is tried again, then a dead letter'],
    'Targets.DeadLetterConfig': [effects, 'what a rule cannot hand on is tried again, then a dead letter'],
  },
  'AWS::Cognito::UserPool': {
    UserPoolName: described,
    // All tiers from ESSENTIALS on have managed login; what PLUS adds is refused by name.
    UserPoolTier: described,
    DeletionProtection: [signInStack, 'a user pool that is protected cannot be deleted'],
    UsernameAttributes: [signIn, 'find, list and delete users by address'],
    UsernameConfiguration: [signInStack, 'a stack makes all that sign-in needs'],
    AutoVerifiedAttributes: [signIn, 'the trigger decides who may sign up'],
    // Nobody recovers an account here: a password is set by an administrator.
    AccountRecoverySetting: described,
    AdminCreateUserConfig: [signInStack, 'only an administrator creates users of a pool that says so'],
    LambdaConfig: [signInStack, 'a stack makes all that sign-in needs'],
  },
  'AWS::Cognito::UserPoolClient': {
    UserPoolId: [signInStack, 'a stack makes all that sign-in needs'],
    ClientName: described,
    GenerateSecret: [signIn, 'a user signs in by managed login'],
    AllowedOAuthFlowsUserPoolClient: [signIn, 'a user signs in by managed login'],
    AllowedOAuthFlows: [signIn, 'a user signs in by managed login'],
    AllowedOAuthScopes: [signInStack, 'a stack makes all that sign-in needs'],
    SupportedIdentityProviders: [signIn, 'a user signs in by managed login'],
    CallbackURLs: [signInStack, 'a stack makes all that sign-in needs'],
    LogoutURLs: [signInStack, 'a stack makes all that sign-in needs'],
    ExplicitAuthFlows: [signIn, 'a refresh token gives new tokens'],
    PreventUserExistenceErrors: [signIn, 'a wrong password, an unknown user and a disabled user get no code'],
    EnableTokenRevocation: [signIn, 'a refresh token gives new tokens'],
    AccessTokenValidity: [signInStack, 'a stack makes all that sign-in needs'],
    IdTokenValidity: [signInStack, 'a stack makes all that sign-in needs'],
    RefreshTokenValidity: described,
    TokenValidityUnits: [signInStack, 'a stack makes all that sign-in needs'],
  },
  'AWS::Cognito::UserPoolDomain': {
    UserPoolId: [signInStack, 'a stack makes all that sign-in needs'],
    Domain: [signInStack, 'a stack makes all that sign-in needs'],
    ManagedLoginVersion: [signIn, 'a user signs in by managed login'],
  },
  'AWS::Cognito::UserPoolGroup': {
    UserPoolId: [signInStack, 'a stack makes all that sign-in needs'],
    GroupName: [signInStack, 'a stack makes all that sign-in needs'],
    Description: described,
  },
  'AWS::Cognito::ManagedLoginBranding': {
    UserPoolId: [signInStack, 'a stack makes all that sign-in needs'],
    ClientId: [signIn, 'without a style of the client, the pages are unavailable'],
    UseCognitoProvidedValues: [signIn, 'without a style of the client, the pages are unavailable'],
  },
  'AWS::Scheduler::Schedule': {
    Name: described,
    GroupName: described,
    Description: described,
    ScheduleExpression: [scheduler, 'fires at once and then at its rate'],
    ScheduleExpressionTimezone: [
      'matching/schedule-expression.test.ts',
      'by the clock of a time zone, summer and winter',
    ],
    StartDate: [effects, 'a schedule begins at its start'],
    EndDate: [scheduler, 'rests while it is disabled, after its end'],
    State: [scheduler, 'rests while it is disabled, after its end'],
    FlexibleTimeWindow: [effects, 'a schedule with a flexible window fires within it'],
    Target: [scheduler, 'fires at once and then at its rate'],
    'Target.Input': [scheduler, 'fills its input in'],
    'Target.DeadLetterConfig': [scheduler, 'then gives a dead letter with the story in its attributes'],
    'Target.RetryPolicy': [scheduler, 'tries again with back-off'],
  },
  'AWS::CloudFormation::Stack': {
    TemplateURL: [nested, 'is left alone where nothing of it changes, and updated where its template does'],
    Parameters: [nested, 'gets parameters, gives outputs, and is described with its parent and root'],
    Tags: [nested, 'gets parameters, gives outputs, and is described with its parent and root'],
  },
  'AWS::ApiGatewayV2::Api': {
    Name: described,
    ProtocolType: [httpApi, 'becomes an event in payload format 2.0'],
  },
  'AWS::ApiGatewayV2::Stage': {
    ApiId: [stage, 'each route takes as many requests as the stage allows, then 429'],
    StageName: [httpApi, 'becomes an event in payload format 2.0'],
    AutoDeploy: [stage, 'a second API is served behind the first, and a deleted one no more'],
    DefaultRouteSettings: [stage, 'each route takes as many requests as the stage allows, then 429'],
    AccessLogSettings: [stage, 'every request is a line of the access log, with what its format names'],
  },
  'AWS::ApiGatewayV2::Integration': {
    ApiId: [httpApi, 'becomes an event in payload format 2.0'],
    IntegrationType: [httpApi, 'becomes an event in payload format 2.0'],
    IntegrationUri: [stage, 'a function that does not let the API in is a 500, and the console says why'],
    PayloadFormatVersion: [httpApi, 'becomes an event in payload format 2.0'],
    TimeoutInMillis: [stage, 'an integration that takes too long, or that is throttled, is a 503'],
  },
  'AWS::ApiGatewayV2::Authorizer': {
    ApiId: [authorizer, 'a token lets in, with or without "Bearer", and its claims reach the function as text'],
    Name: described,
    AuthorizerType: [
      authorizer,
      'a token lets in, with or without "Bearer", and its claims reach the function as text',
    ],
    IdentitySource: [
      authorizer,
      'a token lets in, with or without "Bearer", and its claims reach the function as text',
    ],
    JwtConfiguration: [authorizer, 'another issuer'],
    'JwtConfiguration.Audience': [authorizer, 'another audience: aud counts, and client_id only without it'],
  },
  'AWS::ApiGatewayV2::Route': {
    ApiId: [httpApi, 'takes the most specific route, and $default if there is no other'],
    RouteKey: [httpApi, 'takes the most specific route, and $default if there is no other'],
    Target: [stage, 'an integration that takes too long, or that is throttled, is a 503'],
    AuthorizationType: [authorizer, 'a route without an authorizer asks nobody'],
    AuthorizerId: [authorizer, 'a token lets in, with or without "Bearer", and its claims reach the function as text'],
    AuthorizationScopes: [authorizer, 'without one of the scopes of the route, 403'],
  },
  'AWS::IAM::Role': {
    RoleName: described,
    Path: ['iam/iam.test.ts', 'IAM describes roles and their policies'],
    Description: described,
    // It bounds AssumeRole, which is refused by name.
    MaxSessionDuration: described,
    AssumeRolePolicyDocument: ['iam/iam.test.ts', 'a role is assumed only by the service that it trusts'],
    Policies: ['iam/iam.test.ts', 'a role may what its policies allow and nothing else'],
    ManagedPolicyArns: ['iam/iam.test.ts', 'managed polic'],
    Tags: described,
  },
};

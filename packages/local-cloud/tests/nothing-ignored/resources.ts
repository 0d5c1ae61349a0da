import type { Artifact } from '../../src/builder/artifact.ts';

type Definition = { Type: string; Properties: Record<string, unknown>; DependsOn?: string[] };

const ref = (Ref: string): unknown => ({ Ref });
const att = (id: string, name: string): unknown => ({ 'Fn::GetAtt': [id, name] });
const Tags = [{ Key: 'team', Value: 'images' }];

const allow = (Principal: unknown, Action: string): object => ({
  Statement: [{ Effect: 'Allow', Principal, Action, Resource: '*' }],
});
const trust = (...Service: string[]): object => ({
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});

/**
 * A stack that has every resource type and uses every property that is implemented, with a value whose effect differs from the
 * default's. What is published and not used here must be refused.
 */
export function everyProperty(code: Artifact): Record<string, Definition> {
  return {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'worker',
        Path: '/team/',
        Description: 'works',
        MaxSessionDuration: 7200,
        AssumeRolePolicyDocument: trust('lambda.amazonaws.com', 'scheduler.amazonaws.com'),
        Policies: [
          {
            PolicyName: 'all',
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
          },
        ],
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
        Tags,
      },
    },
    DeadLetters: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'dead-letters', RedriveAllowPolicy: { redrivePermission: 'allowAll' } },
    },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        DelaySeconds: 1,
        MaximumMessageSize: 2048,
        MessageRetentionPeriod: 120,
        ReceiveMessageWaitTimeSeconds: 2,
        VisibilityTimeout: 60,
        SqsManagedSseEnabled: false,
        RedrivePolicy: { deadLetterTargetArn: att('DeadLetters', 'Arn'), maxReceiveCount: 3 },
        Tags,
      },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [ref('Queue')],
        PolicyDocument: allow({ Service: 'sns.amazonaws.com' }, 'sqs:SendMessage'),
      },
    },
    DeadLettersPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [ref('DeadLetters')],
        PolicyDocument: allow({ Service: 's3.amazonaws.com' }, 'sqs:SendMessage'),
      },
    },
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: 'news',
        DisplayName: 'News',
        Subscription: [{ Protocol: 'lambda', Endpoint: att('Function', 'Arn') }],
        Tags,
      },
    },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: { Topics: [ref('Topic')], PolicyDocument: allow({ Service: 's3.amazonaws.com' }, 'sns:Publish') },
    },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        TopicArn: ref('Topic'),
        Protocol: 'sqs',
        Endpoint: att('Queue', 'Arn'),
        RawMessageDelivery: true,
        FilterPolicy: { kind: ['photo'] },
        FilterPolicyScope: 'MessageBody',
        RedrivePolicy: { deadLetterTargetArn: att('DeadLetters', 'Arn') },
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'images',
        AttributeDefinitions: ['id', 'at', 'by'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        GlobalSecondaryIndexes: [
          {
            IndexName: 'by-owner',
            KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['size'] },
          },
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: 'by-time',
            KeySchema: [
              { AttributeName: 'id', KeyType: 'HASH' },
              { AttributeName: 'by', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['size'] },
          },
        ],
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        Tags,
      },
    },
    ProvisionedTable: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
      },
    },
    Layer: {
      Type: 'AWS::Lambda::LayerVersion',
      Properties: {
        LayerName: 'library',
        Content: code,
        Description: 'a library',
        CompatibleRuntimes: ['nodejs24.x'],
        CompatibleArchitectures: ['arm64'],
        LicenseInfo: 'MIT',
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'worker',
        Description: 'works',
        Code: code,
        PackageType: 'Zip',
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: att('Role', 'Arn'),
        Architectures: ['arm64'],
        MemorySize: 256,
        Timeout: 10,
        EphemeralStorage: { Size: 1024 },
        Environment: { Variables: { STAGE: 'test' } },
        Layers: [ref('Layer')],
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: {
          LogFormat: 'JSON',
          ApplicationLogLevel: 'WARN',
          SystemLogLevel: 'WARN',
          LogGroup: ref('LogGroup'),
        },
        DeadLetterConfig: { TargetArn: att('DeadLetters', 'Arn') },
        ReservedConcurrentExecutions: 2,
        Tags,
      },
    },
    Version: {
      Type: 'AWS::Lambda::Version',
      Properties: { FunctionName: ref('Function'), Description: 'the first' },
    },
    Alias: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        Name: 'live',
        FunctionName: ref('Function'),
        FunctionVersion: att('Version', 'Version'),
        Description: 'what is live',
      },
    },
    Releases: {
      Type: 'AWS::CodeDeploy::Application',
      Properties: { ApplicationName: 'releases', ComputePlatform: 'Lambda' },
    },
    DeploymentGroup: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: ref('Releases'),
        DeploymentGroupName: 'worker',
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        ServiceRoleArn: att('Role', 'Arn'),
        AlarmConfiguration: { Enabled: true, IgnorePollAlarmFailure: true, Alarms: [{ Name: 'errors' }] },
        AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE'] },
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: ref('Function'),
        Principal: 's3.amazonaws.com',
        SourceArn: 'arn:aws:s3:::shop-uploads',
        SourceAccount: '000000000000',
      },
    },
    EventInvokeConfig: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: ref('Function'),
        Qualifier: '$LATEST',
        DestinationConfig: {
          OnSuccess: { Destination: att('Queue', 'Arn') },
          OnFailure: { Destination: att('DeadLetters', 'Arn') },
        },
        MaximumEventAgeInSeconds: 60,
        MaximumRetryAttempts: 1,
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: att('Queue', 'Arn'),
        FunctionName: ref('Function'),
        Enabled: false,
        BatchSize: 5,
        MaximumBatchingWindowInSeconds: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 2 },
        FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] },
      },
    },
    LogGroup: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/shop/worker', RetentionInDays: 7 },
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'slow',
        AlarmDescription: 'slow work',
        ActionsEnabled: false,
        OKActions: [ref('Topic')],
        AlarmActions: [ref('Topic')],
        InsufficientDataActions: [ref('Topic')],
        MetricName: 'Duration',
        Namespace: 'AWS/Lambda',
        Dimensions: [{ Name: 'FunctionName', Value: ref('Function') }],
        ExtendedStatistic: 'p99',
        EvaluateLowSampleCountPercentile: 'ignore',
        Unit: 'Milliseconds',
        Period: 300,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: 1000.5,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      },
    },
    PlainAlarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        MetricName: 'Errors',
        Namespace: 'AWS/Lambda',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      },
    },
    MathAlarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
        Metrics: [
          { Id: 'share', Expression: 'errors / 2', Label: 'half of the errors', ReturnData: true },
          {
            Id: 'errors',
            ReturnData: false,
            MetricStat: {
              Metric: {
                Namespace: 'AWS/Lambda',
                MetricName: 'Errors',
                Dimensions: [{ Name: 'FunctionName', Value: ref('Function') }],
              },
              Period: 60,
              Stat: 'Sum',
              Unit: 'Count',
            },
          },
        ],
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Name: 'orders',
        Description: 'orders that were placed',
        EventBusName: 'default',
        EventPattern: { source: ['shop'] },
        State: 'DISABLED',
        Targets: [
          {
            Id: 'part',
            Arn: att('Queue', 'Arn'),
            RoleArn: att('Role', 'Arn'),
            InputPath: '$.detail',
            DeadLetterConfig: { Arn: att('DeadLetters', 'Arn') },
            RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 1 },
          },
          { Id: 'word', Arn: att('Queue', 'Arn'), Input: '"now"' },
        ],
      },
    },
    HourlyRule: {
      Type: 'AWS::Events::Rule',
      Properties: { Name: 'hourly', ScheduleExpression: 'rate(1 hour)', EventPattern: { source: ['never'] } },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'nightly',
        GroupName: 'default',
        Description: 'every night',
        ScheduleExpression: 'rate(1 day)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        StartDate: '2099-01-01T00:00:00Z',
        EndDate: '2099-12-31T00:00:00Z',
        State: 'DISABLED',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
        Target: {
          Arn: att('Queue', 'Arn'),
          RoleArn: att('Role', 'Arn'),
          Input: '{}',
          DeadLetterConfig: { Arn: att('DeadLetters', 'Arn') },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 1 },
        },
      },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      DependsOn: ['TopicPolicy', 'DeadLettersPolicy', 'Permission'],
      Properties: {
        BucketName: 'shop-uploads',
        VersioningConfiguration: { Status: 'Enabled' },
        NotificationConfiguration: {
          TopicConfigurations: [{ Event: 's3:ObjectCreated:Put', Topic: ref('Topic'), Filter: onlyImages }],
          QueueConfigurations: [{ Event: 's3:ObjectRemoved:*', Queue: att('DeadLetters', 'Arn'), Filter: onlyImages }],
          LambdaConfigurations: [
            { Event: 's3:ObjectCreated:Copy', Function: att('Function', 'Arn'), Filter: onlyImages },
          ],
        },
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'old',
              Status: 'Enabled',
              Prefix: 'tmp/',
              TagFilters: [{ Key: 'a', Value: 'b' }],
              ObjectSizeGreaterThan: 10,
              ObjectSizeLessThan: 1000,
              ExpirationInDays: 3,
              NoncurrentVersionExpiration: { NoncurrentDays: 2, NewerNoncurrentVersions: 1 },
            },
            { Id: 'dated', Status: 'Enabled', Prefix: 'x/', ExpirationDate: '2099-01-01T00:00:00Z' },
            {
              Id: 'rest',
              Status: 'Enabled',
              Prefix: 'y/',
              ExpiredObjectDeleteMarker: true,
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
            },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: false,
        },
        CorsConfiguration: {
          CorsRules: [
            {
              Id: 'gallery',
              AllowedMethods: ['PUT'],
              AllowedOrigins: ['https://gallery.example'],
              AllowedHeaders: ['content-type'],
              ExposedHeaders: ['etag'],
              MaxAge: 60,
            },
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: true },
          ],
        },
        Tags,
      },
    },
    Nested: {
      Type: 'AWS::CloudFormation::Stack',
      Properties: { TemplateURL: code, Parameters: { Name: 'nested' }, Tags },
    },
    HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'shop', ProtocolType: 'HTTP' } },
    HttpStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: ref('HttpApi'),
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
        AccessLogSettings: { DestinationArn: att('LogGroup', 'Arn'), Format: '$context.requestId' },
      },
    },
    HttpIntegration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: ref('HttpApi'),
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: att('Function', 'Arn'),
        PayloadFormatVersion: '2.0',
        TimeoutInMillis: 5000,
      },
    },
    HttpAuthorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId: ref('HttpApi'),
        Name: 'users',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['page'] },
      },
    },
    HttpRoute: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: ref('HttpApi'),
        RouteKey: 'GET /orders/{orderId}',
        Target: { 'Fn::Join': ['/', ['integrations', ref('HttpIntegration')]] },
        AuthorizationType: 'JWT',
        AuthorizerId: ref('HttpAuthorizer'),
        AuthorizationScopes: ['openid'],
      },
    },
    BucketPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: ref('Bucket'),
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: att('Role', 'Arn') },
              Action: 's3:GetObject',
              Resource: 'arn:aws:s3:::shop-uploads/*',
            },
          ],
        },
      },
    },
    People: {
      Type: 'AWS::Cognito::UserPool',
      Properties: {
        UserPoolName: 'people',
        UserPoolTier: 'PLUS',
        DeletionProtection: 'ACTIVE',
        UsernameAttributes: ['email'],
        UsernameConfiguration: { CaseSensitive: true },
        AutoVerifiedAttributes: ['email'],
        AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        LambdaConfig: { PreSignUp: att('Function', 'Arn') },
      },
    },
    Page: {
      Type: 'AWS::Cognito::UserPoolClient',
      Properties: {
        UserPoolId: ref('People'),
        ClientName: 'page',
        GenerateSecret: false,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid'],
        SupportedIdentityProviders: ['COGNITO'],
        CallbackURLs: ['https://shop.example/'],
        LogoutURLs: ['https://shop.example/bye'],
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        PreventUserExistenceErrors: 'ENABLED',
        EnableTokenRevocation: true,
        AccessTokenValidity: 10,
        IdTokenValidity: 20,
        RefreshTokenValidity: 90,
        TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
      },
    },
    SignIn: {
      Type: 'AWS::Cognito::UserPoolDomain',
      Properties: { UserPoolId: ref('People'), Domain: 'shop-people', ManagedLoginVersion: 2 },
    },
    Admins: {
      Type: 'AWS::Cognito::UserPoolGroup',
      Properties: { UserPoolId: ref('People'), GroupName: 'admins', Description: 'may do all' },
    },
    Style: {
      Type: 'AWS::Cognito::ManagedLoginBranding',
      Properties: { UserPoolId: ref('People'), ClientId: ref('Page'), UseCognitoProvidedValues: true },
    },
  };
}

/** What only a second release can have: a function that changed is published again, and an alias leads to both versions. */
export function secondRelease(code: Artifact): Record<string, Definition> {
  const first = everyProperty(code);
  const { Function: { Type, Properties } = { Type: '', Properties: {} } } = first;
  return {
    ...first,
    Function: { Type, Properties: { ...Properties, MemorySize: 512 } },
    NextVersion: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref('Function') } },
    WeightedAlias: {
      Type: 'AWS::Lambda::Alias',
      Properties: {
        Name: 'weighted',
        FunctionName: ref('Function'),
        FunctionVersion: att('Version', 'Version'),
        RoutingConfig: {
          AdditionalVersionWeights: [{ FunctionVersion: att('NextVersion', 'Version'), FunctionWeight: 0.1 }],
        },
      },
    },
  };
}

const onlyImages = { S3Key: { Rules: [{ Name: 'prefix', Value: 'images/' }] } };

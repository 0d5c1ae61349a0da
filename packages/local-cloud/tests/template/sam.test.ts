import { describe, expect, test } from '@jest/globals';
import { expanded } from './deployment.ts';

const hash = /[0-9a-f]{10}$/;
const withoutHashes = (text: string): string => text.replace(/(Version|Layer)[0-9a-f]{10}/g, '$1#');
const properties = (template: ReturnType<typeof expanded>, logicalId: string): Record<string, unknown> =>
  template.resources[logicalId]?.Properties ?? {};

const role = 'Role: arn:aws:iam::000000000000:role/r';

describe('a function', () => {
  test('becomes a function with a role of its own, as SAM writes both', () => {
    const template = expanded(`Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: src/, Handler: h.h, Runtime: nodejs24.x, Tracing: Active }`);
    expect(template.resources).toEqual({
      Fn: {
        Type: 'AWS::Lambda::Function',
        DependsOn: [],
        Properties: {
          Handler: 'h.h',
          Runtime: 'nodejs24.x',
          Code: { Folder: '/built/Fn', Sha256: 'ab'.repeat(32) },
          Role: { 'Fn::GetAtt': ['FnRole', 'Arn'] },
          TracingConfig: { Mode: 'Active' },
          Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }],
        },
      },
      FnRole: {
        Type: 'AWS::IAM::Role',
        DependsOn: [],
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] } },
            ],
          },
          ManagedPolicyArns: [
            'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
            'arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess',
          ],
          Tags: [{ Key: 'lambda:createdBy', Value: 'SAM' }],
        },
      },
    });
  });

  test('has its own processor, not the global one besides', () => {
    const globals = 'Globals: { Function: { Architectures: [arm64], Layers: [a] } }';
    const own = `Fn: { Type: AWS::Serverless::Function, Properties: { CodeUri: s/, ${role}, Architectures: [x86_64] } }`;
    expect(properties(expanded(own, { sections: globals }), 'Fn')['Architectures']).toEqual(['x86_64']);
  });

  test('takes the globals, member by member, its own values first', () => {
    const template = expanded(
      `Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: s/, ${role}, Timeout: 9, Layers: [b], Environment: { Variables: { B: 2 } }, MemorySize: !Ref Memory }`,
      {
        sections: `Parameters: { Memory: { Type: Number, Default: 512 } }
Globals: { Function: { Timeout: 3, Runtime: nodejs24.x, MemorySize: 128, Layers: [a], Environment: { Variables: { A: 1, B: 1 } } } }`,
      },
    );
    expect(properties(template, 'Fn')).toMatchObject({
      Timeout: 9,
      Runtime: 'nodejs24.x',
      MemorySize: { Ref: 'Memory' },
      Layers: ['a', 'b'],
      Environment: { Variables: { A: 1, B: 2 } },
    });
  });
});

describe('AutoPublishAlias', () => {
  const fn = (more = ''): string => `Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: s/, ${role}, AutoPublishAlias: live, Environment: { Variables: { A: x } } ${more} }`;
  const versionOf = (template: ReturnType<typeof expanded>): string =>
    Object.keys(template.resources).find((id) => id.startsWith('FnVersion')) ?? '';

  test('makes a version that is kept, and an alias that points to it', () => {
    const template = expanded(fn());
    const version = versionOf(template);
    expect(version).toMatch(hash);
    expect(template.resources[version]).toMatchObject({ Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain' });
    expect(properties(template, 'FnAliaslive')).toEqual({
      Name: 'live',
      FunctionName: { Ref: 'Fn' },
      FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] },
    });
  });

  test('publishes again when the code or the environment changes, not for a timeout', () => {
    const first = versionOf(expanded(fn()));
    expect(versionOf(expanded(fn()))).toBe(first);
    expect(versionOf(expanded(fn(', Timeout: 9')))).toBe(first);
    expect(versionOf(expanded(fn(), { sha256: 'cd'.repeat(32) }))).not.toBe(first);
    expect(versionOf(expanded(fn(', MemorySize: 512')))).not.toBe(first);
    expect(versionOf(expanded(fn(', AutoPublishAliasAllProperties: true, Timeout: 9')))).not.toBe(
      versionOf(expanded(fn(', AutoPublishAliasAllProperties: true'))),
    );
  });

  test('goes by AutoPublishCodeSha256 where it is not empty', () => {
    const sections = 'Parameters: { ReleaseId: { Type: String, Default: "" } }';
    const more = ', AutoPublishCodeSha256: !Ref ReleaseId';
    expect(versionOf(expanded(fn(more), { sections }))).toBe(versionOf(expanded(fn())));
    const released = expanded(fn(more), { sections, parameters: { ReleaseId: '0123456789abcdef' } });
    expect(versionOf(released)).toBe('FnVersion0123456789');
    expect(properties(released, 'Fn')['Description']).toBe('0123456789abcdef');
  });

  test('can be referred to: alias, version, and the version number', () => {
    const template = expanded(
      `${fn()}
User: { Type: X, Properties: { a: !Ref Fn.Alias, v: !Ref Fn.Version, n: !GetAtt Fn.Version.Version, s: !Sub '\${Fn.Alias} \${Fn.Version.Version} \${Fn.Arn} \${!Fn.Alias}' } }`,
    );
    expect(JSON.parse(withoutHashes(JSON.stringify(properties(template, 'User'))))).toEqual({
      a: { Ref: 'FnAliaslive' },
      v: { Ref: 'FnVersion#' },
      n: { 'Fn::GetAtt': ['FnVersion#', 'Version'] },
      s: { 'Fn::Sub': '${FnAliaslive} ${FnVersion#.Version} ${Fn.Arn} ${!Fn.Alias}' },
    });
  });
});

describe('events', () => {
  const withEvent = (event: string, alias = 'AutoPublishAlias: live, '): ReturnType<typeof expanded> =>
    expanded(`Bucket: { Type: AWS::S3::Bucket }
Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: s/, ${role}, ${alias}Events: { Event: ${event} } }`);

  test('SNS subscribes the alias, and lets the topic invoke it', () => {
    const template = withEvent(
      '{ Type: SNS, Properties: { Topic: t, FilterPolicy: { a: [b] }, RedrivePolicy: { deadLetterTargetArn: q } } }',
    );
    expect(properties(template, 'FnEvent')).toEqual({
      Protocol: 'lambda',
      Endpoint: { Ref: 'FnAliaslive' },
      TopicArn: 't',
      FilterPolicy: { a: ['b'] },
      RedrivePolicy: { deadLetterTargetArn: 'q' },
    });
    expect(properties(template, 'FnEventPermission')).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'FnAliaslive' },
      Principal: 'sns.amazonaws.com',
      SourceArn: 't',
    });
  });

  test('without an alias they go to the function', () => {
    const template = withEvent('{ Type: SNS, Properties: { Topic: t } }', '');
    expect(properties(template, 'FnEvent')['Endpoint']).toEqual({ 'Fn::GetAtt': ['Fn', 'Arn'] });
    expect(properties(template, 'FnEventPermission')['FunctionName']).toEqual({ Ref: 'Fn' });
  });

  test.each(['EventBridgeRule', 'CloudWatchEvent'])('%s becomes a rule with a pattern', (type) => {
    const template = withEvent(
      `{ Type: ${type}, Properties: { Pattern: { source: [shop] }, InputPath: $.detail, State: DISABLED, Target: { Id: mine } } }`,
    );
    expect(template.resources['FnEvent']).toMatchObject({
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['shop'] },
        State: 'DISABLED',
        Targets: [{ Arn: { Ref: 'FnAliaslive' }, Id: 'mine', InputPath: '$.detail' }],
      },
    });
    expect(properties(template, 'FnEventPermission')).toMatchObject({
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['FnEvent', 'Arn'] },
    });
  });

  test('SQS becomes a mapping', () => {
    const template = withEvent(
      '{ Type: SQS, Properties: { Queue: q, BatchSize: 5, FunctionResponseTypes: [ReportBatchItemFailures], ScalingConfig: { MaximumConcurrency: 4 } } }',
    );
    expect(template.resources['FnEvent']).toMatchObject({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'FnAliaslive' },
        EventSourceArn: 'q',
        BatchSize: 5,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 4 },
      },
    });
  });

  test('ScheduleV2 becomes a schedule with a role that may invoke the alias and write to the dead-letter queue', () => {
    const template = withEvent(
      '{ Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 hour), OmitName: true, DeadLetterConfig: { Arn: q } } }',
    );
    expect(properties(template, 'FnEvent')).toEqual({
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { Ref: 'FnAliaslive' },
        RoleArn: { 'Fn::GetAtt': ['FnEventRole', 'Arn'] },
        DeadLetterConfig: { Arn: 'q' },
      },
    });
    expect(JSON.stringify(properties(template, 'FnEventRole')['Policies'])).toBe(
      JSON.stringify([
        {
          PolicyName: 'FnEventLambdaPolicy',
          PolicyDocument: {
            Statement: [{ Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { Ref: 'FnAliaslive' } }],
          },
        },
        {
          PolicyName: 'FnEventSQSPolicy',
          PolicyDocument: { Statement: [{ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: 'q' }] },
        },
      ]),
    );
  });

  test('Schedule becomes a rule with a permission', () => {
    const template = withEvent('{ Type: Schedule, Properties: { Schedule: rate(1 day), Input: x, Enabled: false } }');
    expect(properties(template, 'FnEvent')).toEqual({
      ScheduleExpression: 'rate(1 day)',
      State: 'DISABLED',
      Targets: [{ Arn: { Ref: 'FnAliaslive' }, Id: 'FnEventLambdaTarget', Input: 'x' }],
    });
    expect(properties(template, 'FnEventPermission')['SourceArn']).toEqual({ 'Fn::GetAtt': ['FnEvent', 'Arn'] });
  });

  test('S3 puts a notification on the bucket, which waits for the permission', () => {
    const template = withEvent(
      "{ Type: S3, Properties: { Bucket: !Ref Bucket, Events: ['s3:ObjectCreated:*'], Filter: { S3Key: { Rules: [] } } } }",
    );
    expect(template.resources['Bucket']).toMatchObject({
      DependsOn: ['FnEventPermission'],
      Properties: {
        NotificationConfiguration: {
          LambdaConfigurations: [
            { Event: 's3:ObjectCreated:*', Function: { Ref: 'FnAliaslive' }, Filter: { S3Key: { Rules: [] } } },
          ],
        },
      },
    });
    expect(properties(template, 'FnEventPermission')).toMatchObject({
      Principal: 's3.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });
});

test('EventInvokeConfig holds for the alias, and lets a role of SAM write to the destination', () => {
  const template = expanded(`Fn:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: s/
    AutoPublishAlias: live
    EventInvokeConfig: { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Type: SQS, Destination: q } } }`);
  expect(template.resources['FnEventInvokeConfig']).toEqual({
    Type: 'AWS::Lambda::EventInvokeConfig',
    DependsOn: ['FnAliaslive'],
    Properties: {
      FunctionName: { Ref: 'Fn' },
      Qualifier: 'live',
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: 'q' } },
    },
  });
  expect(properties(template, 'FnRole')['Policies']).toEqual([
    {
      PolicyName: 'FnEventInvokeConfigOnFailureSQSPolicy',
      PolicyDocument: { Statement: [{ Action: 'sqs:SendMessage', Effect: 'Allow', Resource: 'q' }] },
    },
  ]);
});

test('a layer version is a new resource whenever it changes, kept when it goes, and everybody is told its new name', () => {
  const text = `Layer: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: l/ } }
Fn:
  Type: AWS::Serverless::Function
  DependsOn: Layer
  Properties: { CodeUri: s/, ${role}, Layers: [!Ref Layer] }`;
  const layerOf = (sha256: string): string =>
    Object.keys(expanded(text, { sha256 }).resources).find((id) => id.startsWith('Layer')) ?? '';
  const id = layerOf('aa');
  const template = expanded(text, { sha256: 'aa' });
  expect(id).toMatch(hash);
  expect(layerOf('bb')).not.toBe(id);
  expect(template.resources[id]).toMatchObject({
    Type: 'AWS::Lambda::LayerVersion',
    DeletionPolicy: 'Retain',
    Properties: { LayerName: 'Layer', Content: { Sha256: 'aa' } },
  });
  expect(template.resources['Fn']).toMatchObject({ DependsOn: [id], Properties: { Layers: [{ Ref: id }] } });
});

test('a condition on a serverless resource holds for all that it becomes', () => {
  const template = expanded(
    `Fn:
  Type: AWS::Serverless::Function
  Condition: Wanted
  Properties: { CodeUri: s/, AutoPublishAlias: live, Events: { E: { Type: SNS, Properties: { Topic: t } } } }`,
    { sections: 'Conditions: { Wanted: !Equals [a, b] }' },
  );
  expect(Object.values(template.resources).map(({ Condition: condition }) => condition)).toEqual(
    Array.from({ length: 6 }, () => 'Wanted'),
  );
});

test('a simple table has one key attribute, and is paid for by the request unless throughput is provisioned', () => {
  const template = expanded(`Notes: { Type: AWS::Serverless::SimpleTable }
Readings:
  Type: AWS::Serverless::SimpleTable
  Properties:
    PrimaryKey: { Name: at, Type: Number }
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 1 }
    Tags: { team: weather }`);
  expect(template.resources['Notes']).toEqual({
    Type: 'AWS::DynamoDB::Table',
    DependsOn: [],
    Properties: {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  });
  expect(properties(template, 'Readings')).toEqual({
    AttributeDefinitions: [{ AttributeName: 'at', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 1 },
    Tags: [{ Key: 'team', Value: 'weather' }],
  });
});

describe("the policies of a function's own role", () => {
  const policies = (written: string) =>
    properties(
      expanded(`Fn:
  Type: AWS::Serverless::Function
  Properties: { CodeUri: s/, Policies: ${written} }`),
      'FnRole',
    );

  test('templates become statements about the resource that they are given', () => {
    const { Policies: inline } = policies('[{ SQSSendMessagePolicy: { QueueName: !GetAtt Q.QueueName } }]');
    expect(inline).toEqual([
      {
        PolicyName: 'FnRolePolicy0',
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: ['sqs:SendMessage*'],
              Resource: [
                {
                  'Fn::Sub': [
                    'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${name}',
                    { name: { 'Fn::GetAtt': ['Q', 'QueueName'] } },
                  ],
                },
              ],
            },
          ],
        },
      },
    ]);
  });

  test('managed ones are attached once, wherever AWS keeps them', () => {
    const { ManagedPolicyArns: arns } = policies('[AWSLambdaBasicExecutionRole, AmazonS3ReadOnlyAccess]');
    expect(arns).toEqual([
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    ]);
  });
});

describe('what is not implemented is refused by name and place', () => {
  const fn = (own: string): string => `Fn:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: s/
    ${own}`;
  const cases: [what: string, resources: string, message: string][] = [
    [
      'a property',
      fn('FunctionUrlConfig: {}'),
      'template.yaml:8:7: Fn.Properties.FunctionUrlConfig: the local cloud does not implement this property of AWS::Serverless::Function.',
    ],
    [
      'two properties at once',
      fn('FunctionUrlConfig: {}\n    SnapStarts: {}'),
      'SnapStarts: the local cloud does not implement',
    ],
    [
      'an event',
      fn('Events: { E: { Type: Api, Properties: {} } }'),
      'does not implement events of type "Api" (E); it has SNS, SQS, Schedule, ScheduleV2, S3, EventBridgeRule, CloudWatchEvent.',
    ],
    [
      'a property of an event',
      fn('Events: { E: { Type: SNS, Properties: { Topic: t, SqsSubscription: true } } }'),
      'SqsSubscription: the local cloud does not implement this property of an SNS event.',
    ],
    [
      'a policy template',
      fn('Policies: [{ KinesisCrudPolicy: { StreamName: s } }]'),
      'does not implement the SAM policy template KinesisCrudPolicy: it has SQSPollerPolicy,',
    ],
    [
      'a parameter that a policy template has not',
      fn('Policies: [{ S3ReadPolicy: { BucketName: b, Prefix: p } }]'),
      "Fn: 'Prefix' is no parameter of policy template 'S3ReadPolicy'.",
    ],
    [
      'a policy template without its parameter',
      fn('Policies: [{ S3ReadPolicy: {} }]'),
      "Must specify valid parameter values for policy template 'S3ReadPolicy': it needs BucketName.",
    ],
    [
      'a managed policy',
      fn('Policies: AmazonRekognitionFullAccess'),
      'does not implement the managed policy AmazonRekognitionFullAccess: of AWS',
    ],
    [
      'a destination without a target',
      fn('EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS } } }'),
      'makes no queue or topic of its own for it: name a Destination.',
    ],
    [
      'a simple table whose key has no type',
      'Table: { Type: AWS::Serverless::SimpleTable, Properties: { PrimaryKey: { Name: at } } }',
      'Table: PrimaryKey needs a Name and a Type, one of String, Number, Binary.',
    ],
    [
      'another serverless resource',
      'Api: { Type: AWS::Serverless::Api }',
      'Api: the local cloud does not implement AWS::Serverless::Api.',
    ],
    [
      'an alias that is not known yet',
      fn('AutoPublishAlias: !Sub x'),
      "'AutoPublishAlias' must be a string or a Ref to a template parameter.",
    ],
  ];
  test.each(cases)('%s', (_what, resources, message) => {
    expect(() => expanded(resources)).toThrow(message);
  });

  test('globals of other kinds', () => {
    expect(() => expanded(fn('Timeout: 1'), { sections: 'Globals: { Api: {} }' })).toThrow(
      'does not implement Globals of Api',
    );
    expect(() => expanded(fn('Timeout: 1'), { sections: 'Globals: { Function: { Role: r } }' })).toThrow(
      "'Role' is not a supported property",
    );
  });
});

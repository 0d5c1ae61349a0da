/** The functions' code, file by file, in the folder `code` beside the template. */
export const code: Readonly<Record<string, string>> = {
  // Says how long it took itself.
  'echo.js': `
    const { createHash } = require('node:crypto');
    exports.handler = async () => {
      const began = performance.now();
      createHash('sha256').update(Buffer.alloc(100_000)).digest('hex');
      return { ownMs: performance.now() - began };
    };`,
  // Says when it began, on the clock that all processes of the machine share.
  'witness.js': `exports.handler = async () => { console.log('began ' + process.hrtime.bigint()); };`,
  'slow.js': `exports.handler = ({ ms = 10 }) => new Promise((resolve) => setTimeout(resolve, ms));`,
};

/** What the benchmark deploys: a versioned bucket that tells a queue, one that tells a topic, queues, and functions that do next to nothing. */
export const template = {
  AWSTemplateFormatVersion: '2010-09-09',
  Transform: 'AWS::Serverless-2016-10-31',
  Resources: {
    Uploads: {
      Type: 'AWS::S3::Bucket',
      DependsOn: ['EventsPolicy', 'TopicPolicy'],
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        NotificationConfiguration: {
          QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: arnOf('Events'), Filter: prefix('many/') }],
          TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: { Ref: 'Topic' }, Filter: prefix('one/') }],
        },
      },
    },
    Events: { Type: 'AWS::SQS::Queue', Properties: {} },
    EventsPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Events' }],
        PolicyDocument: policy(allow('sqs:SendMessage', arnOf('Events'), { Service: 's3.amazonaws.com' })),
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    TopicPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: policy(allow('sns:Publish', { Ref: 'Topic' }, { Service: 's3.amazonaws.com' })),
      },
    },
    Messages: { Type: 'AWS::SQS::Queue', Properties: {} },
    Work: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 60 } },
    Done: { Type: 'AWS::SQS::Queue', Properties: {} },
    Failed: { Type: 'AWS::SQS::Queue', Properties: {} },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policy(allow('sts:AssumeRole', undefined, { Service: 'lambda.amazonaws.com' })),
        Policies: [
          {
            PolicyName: 'queues-and-logs',
            PolicyDocument: policy(
              allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arnOf('Work')),
              allow('sqs:SendMessage', [arnOf('Done'), arnOf('Failed')]),
              allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*'),
            ),
          },
        ],
      },
    },
    Echo: func('echo'),
    Witness: func('witness', {
      Work: { Type: 'SQS', Properties: { Queue: arnOf('Work'), BatchSize: 1 } },
      Topic: { Type: 'SNS', Properties: { Topic: { Ref: 'Topic' } } },
    }),
    Slow: func(
      'slow',
      {},
      {
        EventInvokeConfig: {
          DestinationConfig: {
            OnSuccess: { Type: 'SQS', Destination: arnOf('Done') },
            OnFailure: { Type: 'SQS', Destination: arnOf('Failed') },
          },
        },
      },
    ),
  },
  Outputs: {
    Uploads: { Value: { Ref: 'Uploads' } },
    Events: { Value: { Ref: 'Events' } },
    Messages: { Value: { Ref: 'Messages' } },
    Work: { Value: { Ref: 'Work' } },
    Done: { Value: { Ref: 'Done' } },
    Failed: { Value: { Ref: 'Failed' } },
    Echo: { Value: { Ref: 'Echo' } },
    Witness: { Value: { Ref: 'Witness' } },
    Slow: { Value: { Ref: 'Slow' } },
  },
};

function func(name: string, events: object = {}, others: object = {}): object {
  return {
    Type: 'AWS::Serverless::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: `${name}.handler`,
      CodeUri: 'code',
      Timeout: 10,
      MemorySize: 256,
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Events: events,
      ...others,
    },
  };
}

function arnOf(logicalId: string): object {
  return { 'Fn::GetAtt': [logicalId, 'Arn'] };
}

function prefix(value: string): object {
  return { S3Key: { Rules: [{ Name: 'prefix', Value: value }] } };
}

function policy(...statements: object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

function allow(action: string | string[], resource?: unknown, principal?: object): object {
  return {
    Effect: 'Allow',
    Action: action,
    ...(resource !== undefined && { Resource: resource }),
    ...(principal && { Principal: principal }),
  };
}

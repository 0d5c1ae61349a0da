import { describe, expect, test } from '@jest/globals';
import { getAtt, ofType, readTemplate, resource } from './template.ts';

const template = readTemplate();
const queues = ofType(template, 'AWS::SQS::Queue');
const functions = ofType(template, 'AWS::Serverless::Function');
const FOURTEEN_DAYS = 14 * 24 * 3600;

const triggers = functions.flatMap(([functionId, { Properties }]) =>
  Object.values(Properties.Events ?? {}).map(({ Type, Properties: event }) => ({
    functionId,
    Type,
    event,
    of: Properties,
  })),
);

describe('UploadsTopic', () => {
  const { Properties: topic } = resource(template, 'UploadsTopic', 'AWS::SNS::Topic');
  const { Properties: policy } = resource(template, 'UploadsTopicPolicy', 'AWS::SNS::TopicPolicy');
  const allowed = policy.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');

  test("takes messages from nobody but this account's UploadsBucket", () => {
    const { BucketName } = resource(template, 'UploadsBucket', 'AWS::S3::Bucket').Properties;
    expect(policy.Topics).toEqual([{ Ref: 'UploadsTopic' }]);
    expect(allowed).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: { Ref: 'UploadsTopic' },
        Condition: {
          ArnEquals: {
            'aws:SourceArn': {
              'Fn::Sub': `arn:\${AWS::Partition}:s3:::${(BucketName as { 'Fn::Sub': string })['Fn::Sub']}`,
            },
          },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ]);
  });

  test('takes messages over TLS only', () => {
    expect(policy.PolicyDocument.Statement).toContainEqual({
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: { Ref: 'UploadsTopic' },
      Condition: { Bool: { 'aws:SecureTransport': false } },
    });
  });

  test('has no key, since S3 cannot publish under the one that AWS manages', () => {
    expect(topic.KmsMasterKeyId).toBeUndefined();
  });
});

describe.each(queues)('%s', (id, { Properties: queue }) => {
  const policies = ofType(template, 'AWS::SQS::QueuePolicy').filter(([, { Properties }]) =>
    Properties.Queues.some(({ Ref }) => Ref === id),
  );
  const statements = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);

  test('is encrypted', () => {
    expect(queue.SqsManagedSseEnabled).toBe(true);
  });

  test('is reached over TLS only', () => {
    expect(policies).toHaveLength(1);
    expect(statements).toContainEqual({
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sqs:*',
      Resource: getAtt(id),
      Condition: { Bool: { 'aws:SecureTransport': false } },
    });
  });

  test('takes messages of no service but the one that fills it, and of no other topic or rule of that', () => {
    const [service, source] =
      id === 'RepairFailureQueue'
        ? ['events.amazonaws.com', getAtt('RepairAfterRollbackFunctionWithdrawn')] // as SAM calls the event's rule
        : ['sns.amazonaws.com', { Ref: 'UploadsTopic' }];
    for (const statement of statements.filter(({ Effect }) => Effect === 'Allow')) {
      expect(statement).toMatchObject({
        Principal: { Service: service },
        Action: 'sqs:SendMessage',
        Resource: getAtt(id),
        Condition: { ArnEquals: { 'aws:SourceArn': source } },
      });
    }
  });

  test('says whose dead letters it takes, or hands its own on', () => {
    if (queue.RedrivePolicy) return;
    const sources = queues.filter(
      ([, { Properties }]) => Properties.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0] === id,
    );
    const arns = sources.map(([, { Properties }]) => {
      const name = (Properties.QueueName as { 'Fn::Sub': string })['Fn::Sub'];
      return { 'Fn::Sub': `arn:\${AWS::Partition}:sqs:\${AWS::Region}:\${AWS::AccountId}:${name}` };
    });
    expect(queue.RedriveAllowPolicy).toEqual(
      sources.length === 0 ? { redrivePermission: 'denyAll' } : { redrivePermission: 'byQueue', sourceQueueArns: arns },
    );
  });
});

const redriving = queues.filter(([, { Properties }]) => Properties.RedrivePolicy);

test.each(redriving)(
  '%s tries five times before it gives up, and its dead letters outlast it',
  (_id, { Properties: queue }) => {
    const deadLetters = queue.RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0] ?? '';
    expect(queue.RedrivePolicy?.maxReceiveCount).toBeGreaterThanOrEqual(5);
    const { MessageRetentionPeriod } = resource(template, deadLetters, 'AWS::SQS::Queue').Properties;
    expect(MessageRetentionPeriod).toBeGreaterThan(queue.MessageRetentionPeriod ?? Infinity);
  },
);

test('what has failed waits for a person as long as SQS keeps it', () => {
  const failures = queues.filter(([, { Properties }]) => !Properties.RedrivePolicy);
  expect(failures.map(([id]) => id).sort()).toEqual([
    'ReconcileFailureQueue',
    'RenditionsDeadLetterQueue',
    'RepairFailureQueue',
    'ThumbnailsFailureQueue',
  ]);
  for (const [, { Properties }] of failures) expect(Properties.MessageRetentionPeriod).toBe(FOURTEEN_DAYS);
});

test('every subscription but a mailbox sets aside what SNS cannot deliver, in a queue that lets SNS in', () => {
  const targets = [
    ...ofType(template, 'AWS::SNS::Subscription')
      .filter(([, { Properties }]) => Properties.Protocol !== 'email')
      .map(([, { Properties }]) => Properties.RedrivePolicy?.deadLetterTargetArn),
    ...triggers.filter(({ Type }) => Type === 'SNS').map(({ event }) => event.RedrivePolicy?.deadLetterTargetArn),
  ];
  expect(targets).toHaveLength(2);
  for (const target of targets) {
    const [queue = ''] = (target as { 'Fn::GetAtt'?: string[] } | undefined)?.['Fn::GetAtt'] ?? [];
    const letIn = ofType(template, 'AWS::SQS::QueuePolicy').some(
      ([, { Properties }]) =>
        Properties.Queues.some(({ Ref }) => Ref === queue) &&
        Properties.PolicyDocument.Statement.some(({ Effect }) => Effect === 'Allow'),
    );
    expect([queue, letIn]).toEqual([queue, true]);
  }
});

describe('a queue that triggers a function', () => {
  const polled = triggers.filter(({ Type }) => Type === 'SQS');

  test('is RenditionsQueue alone', () => {
    expect(polled.map(({ event }) => event.Queue)).toEqual([getAtt('RenditionsQueue')]);
  });

  test.each(polled)(
    'hides a message six times the timeout of $functionId, plus the batching window',
    ({ event, of }) => {
      const queue = resource(template, event.Queue?.['Fn::GetAtt'][0] ?? '', 'AWS::SQS::Queue').Properties;
      const least = 6 * (of.Timeout ?? NaN) + (event.MaximumBatchingWindowInSeconds ?? NaN);
      expect(queue.VisibilityTimeout).toBeGreaterThanOrEqual(least);
    },
  );

  test.each(polled)('hands $functionId at most five at a time, and takes back those that failed', ({ event }) => {
    expect(event.BatchSize).toBeLessThanOrEqual(5);
    expect(event.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
  });

  test.each(['0', '2', '7', '999'])('starts no more at once than are reserved, when %s are', (ReservedConcurrency) => {
    for (const Stage of ['local', 'dev', 'prod']) {
      const { Properties } = resource(
        readTemplate({ Stage, ReservedConcurrency }),
        'GenerateRenditionsFunction',
        'AWS::Serverless::Function',
      );
      const [queue] = Object.values(Properties.Events ?? {});
      const maximum = Number(queue?.Properties.ScalingConfig?.MaximumConcurrency);
      expect(maximum).toBeGreaterThanOrEqual(2);
      expect(maximum).toBeLessThanOrEqual(1000);
      if (ReservedConcurrency !== '0')
        expect(maximum).toBeLessThanOrEqual(Number(Properties.ReservedConcurrentExecutions));
    }
  });
});

describe('the schedule', () => {
  const [hourly, ...more] = triggers.filter(({ Type }) => Type === 'ScheduleV2');

  test('starts reconcile-images every hour', () => {
    expect(more).toEqual([]);
    expect(hourly).toMatchObject({
      functionId: 'ReconcileImagesFunction',
      event: { ScheduleExpression: 'rate(1 hour)' },
    });
  });

  test('alone confirms deletions, by what it sends', () => {
    expect(JSON.parse(String(hourly?.event.Input))).toEqual({ confirmDeletions: true });
    expect(JSON.stringify(template).split('confirmDeletions')).toHaveLength(2);
  });

  test('has a name of its own in every stack', () => {
    expect(hourly?.event.OmitName).toBe(true);
  });

  test('tries again, and sets aside what it could not start', () => {
    expect(hourly?.event.RetryPolicy?.MaximumRetryAttempts).toBeGreaterThan(0);
    expect(hourly?.event.DeadLetterConfig).toEqual({ Arn: getAtt('ReconcileFailureQueue') });
  });
});

import { describe, expect, test } from '@jest/globals';
import { deploymentGroups, everyAlarm, statementsOf as statementsIn } from './policies.ts';
import { getAtt, ofType, readTemplate, resource } from './template.ts';

const template = readTemplate();
const roles = ofType(template, 'AWS::IAM::Role');
const functions = ofType(template, 'AWS::Serverless::Function');
const statementsOf = (role: string) => statementsIn(template, role);

const originals = { 'Fn::Sub': '${UploadsBucket.Arn}/*' };

/** Who takes a role, where it is no function. */
const services: Record<string, string> = {
  ReconcileScheduleRole: 'scheduler.amazonaws.com',
  ReleaseRole: 'codedeploy.amazonaws.com',
};

describe.each(roles)('%s', (id, { Properties: role }) => {
  const statements = statementsOf(id);

  test('is written out: no managed policy, inline policies only', () => {
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(statements.length).toBeGreaterThan(0);
  });

  test('is taken by one service, and by no account or person', () => {
    const [trust, ...more] = role.AssumeRolePolicyDocument.Statement;
    expect(more).toEqual([]);
    expect(trust).toMatchObject({ Effect: 'Allow', Action: 'sts:AssumeRole' });
    expect(trust?.Principal).toEqual({ Service: services[id] ?? 'lambda.amazonaws.com' });
  });

  test('allows single actions by name', () => {
    for (const action of statements.flatMap(({ Action }) => Action)) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
  });

  test('allows them on resources of this stack, and on more only where AWS knows no smaller resource', () => {
    for (const { Action, Resource, Effect } of statements) {
      expect(Effect).toBe('Allow');
      const actions = [Action].flat();
      if (Resource === '*') {
        expect([
          ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          ['codedeploy:ListDeploymentTargets', 'codedeploy:BatchGetDeploymentTargets'],
          ['cloudwatch:DescribeAlarms'], // of composite alarms too
        ]).toContainEqual(actions);
        continue;
      }
      if (actions.every((action) => action.startsWith('cloudwatch:'))) {
        expect(['cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmHistory']).toEqual(
          expect.arrayContaining(actions),
        );
        expect(Resource).toEqual(everyAlarm);
        continue;
      }
      // SAM makes the application, and CloudFormation names it: by the stack's name.
      if (actions.every((action) => action.startsWith('codedeploy:'))) {
        expect(Resource).toEqual(deploymentGroups);
        continue;
      }
      const arns = [Resource].flat().map((one) => JSON.stringify(one));
      expect(arns.length).toBeGreaterThan(0);
      for (const arn of arns) {
        const [, logicalId = ''] = /^\{"(?:Ref":"|Fn::GetAtt":\["|Fn::Sub":"\$\{)(\w+)/.exec(arn) ?? [];
        expect([arn, Object.keys(template.Resources)]).toEqual([arn, expect.arrayContaining([logicalId])]);
      }
    }
  });

  test('never deletes or writes an original; a canary is none', () => {
    const onOriginals = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('UploadsBucket'));
    for (const { Action, Resource } of onOriginals) {
      const isOfCanaries = JSON.stringify(Resource) === JSON.stringify({ 'Fn::Sub': '${UploadsBucket.Arn}/canary/*' });
      for (const action of [Action].flat()) {
        expect(isOfCanaries ? ['s3:PutObject'] : ['s3:GetObject', 's3:ListBucket']).toContain(action);
      }
    }
  });
});

describe.each(functions)('the role of %s', (_, { Properties: fn }) => {
  const statements = statementsOf(fn.Role?.['Fn::GetAtt'][0] ?? '');

  test('writes to its own log group, and makes none', () => {
    const logging = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('logs:')));
    expect(logging).toEqual([
      expect.objectContaining({
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: getAtt(fn.LoggingConfig?.LogGroup?.Ref ?? ''),
      }),
    ]);
  });

  test('may list the originals if it may read them, or S3 would answer 403 for one that is absent', () => {
    const actions = (of: unknown): string[] =>
      statements
        .filter(({ Resource }) => [Resource].flat().some((one) => JSON.stringify(one) === JSON.stringify(of)))
        .flatMap(({ Action }) => Action);
    const mayRead = actions(originals).includes('s3:GetObject');
    const mayList = actions(getAtt('UploadsBucket')).includes('s3:ListBucket');
    expect(mayRead && !mayList).toBe(false);
    expect(actions(originals)).toEqual(mayRead ? ['s3:GetObject'] : []);
  });
});

test.each([
  ['GenerateThumbnailsRole', ['${ThumbnailsBucket.Arn}/thumbnails/*']],
  ['GenerateRenditionsRole', ['${ThumbnailsBucket.Arn}/renditions/*']],
])('%s writes and deletes the outputs of its own recipe only', (id, places) => {
  const writing = statementsOf(id).filter(({ Action }) =>
    [Action].flat().some((action) => /^s3:(Put|Delete)/.test(action)),
  );
  expect(writing.flatMap(({ Resource }) => Resource)).toEqual(places.map((place) => ({ 'Fn::Sub': place })));
});

test('reconcile-images sweeps outputs, but writes none, and deletes neither originals nor records', () => {
  const actions = statementsOf('ReconcileImagesRole').flatMap(({ Action }) => Action);
  expect(actions).not.toContain('dynamodb:DeleteItem');
  expect(actions).toContain('s3:DeleteObject');
  expect(actions).not.toContain('s3:PutObject');
});

test('the function behind the queue may take from it, and from no other', () => {
  const polling = roles.flatMap(([id]) =>
    statementsOf(id)
      .filter(({ Action }) => [Action].flat().includes('sqs:ReceiveMessage'))
      .map(({ Action, Resource }) => ({ id, Action, Resource })),
  );
  expect(polling).toEqual([
    {
      id: 'GenerateRenditionsRole',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      Resource: getAtt('RenditionsQueue'),
    },
  ]);
});

test("the schedule's role serves this account's schedules, and starts the released version only", () => {
  const { AssumeRolePolicyDocument } = resource(template, 'ReconcileScheduleRole', 'AWS::IAM::Role').Properties;
  expect(AssumeRolePolicyDocument.Statement[0]?.Condition).toEqual({
    StringEquals: {
      'aws:SourceAccount': { Ref: 'AWS::AccountId' },
      'aws:SourceArn': {
        'Fn::Sub': 'arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule-group/default',
      },
    },
  });
  expect(statementsOf('ReconcileScheduleRole').filter(({ Action }) => Action === 'lambda:InvokeFunction')).toEqual([
    expect.objectContaining({ Resource: { 'Fn::Sub': '${ReconcileImagesFunction.Arn}:live' } }),
  ]);
});

test('no policy of a resource lets everybody in', () => {
  const documents = [
    ...ofType(template, 'AWS::S3::BucketPolicy'),
    ...ofType(template, 'AWS::SNS::TopicPolicy'),
    ...ofType(template, 'AWS::SQS::QueuePolicy'),
  ].flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  for (const { Effect, Principal, Condition } of documents) {
    if (Effect === 'Deny') continue;
    expect(Principal).not.toBe('*');
    expect(JSON.stringify(Condition)).toContain('aws:SourceArn');
  }
});

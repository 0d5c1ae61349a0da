import { expect, test } from '@jest/globals';
import { deploymentGroups, places, statementsOf } from './policies.ts';
import { readTemplate, resource } from './template.ts';

const template = readTemplate();

const bothQueues = ['RenditionsDeadLetterQueue', 'ThumbnailsFailureQueue'];
const bothAliases = ['GenerateThumbnails', 'GenerateRenditions'].flatMap((name) => [
  `${name}Function`,
  `${name}Function:live`,
]);
const allAliases = [...bothAliases, 'ReconcileImagesFunction', 'ReconcileImagesFunction:live'];
const answering = {
  'codedeploy:GetDeployment': ["this stack's deployment groups"],
  'codedeploy:PutLifecycleEventHookExecutionStatus': ["this stack's deployment groups"],
  'codedeploy:ListDeploymentTargets': ['everything'],
  'codedeploy:BatchGetDeploymentTargets': ['everything'],
};

/** All that each role of a release may do, but for its own log and its traces. */
const allowed: Record<string, Record<string, string[]>> = {
  ReleaseRole: {
    'lambda:GetAlias': allAliases,
    'lambda:UpdateAlias': allAliases,
    'lambda:GetProvisionedConcurrencyConfig': allAliases,
    'lambda:InvokeFunction': ['VerifyBeforeTrafficFunction', 'VerifyAfterTrafficFunction'],
    'cloudwatch:DescribeAlarms': ['everything'],
  },
  VerifyBeforeTrafficRole: {
    ...answering,
    'lambda:InvokeFunction': [
      'GenerateThumbnailsFunction:*',
      'GenerateRenditionsFunction:*',
      'ReconcileImagesFunction:*',
    ],
    's3:PutObject': [
      ...['VerificationBucket/*', 'ThumbnailsBucket/thumbnails/*', 'ThumbnailsBucket/renditions/*'],
      'ThumbnailsBucket/reports/*',
    ],
    's3:GetObject': ['VerificationBucket/*', 'ThumbnailsBucket/thumbnails/*', 'ThumbnailsBucket/renditions/*'],
    's3:DeleteObject': ['VerificationBucket/*', 'ThumbnailsBucket/thumbnails/*', 'ThumbnailsBucket/renditions/*'],
    's3:ListBucket': ['VerificationBucket', 'ThumbnailsBucket'],
    'dynamodb:GetItem': ['ImagesTable'],
    'dynamodb:Query': ['ImagesTable'],
    'dynamodb:UpdateItem': ['ImagesTable'],
    'dynamodb:DeleteItem': ['ImagesTable'],
    'sqs:GetQueueAttributes': bothQueues,
  },
  VerifyAfterTrafficRole: {
    ...answering,
    'codedeploy:GetDeploymentGroup': ["this stack's deployment groups"],
    's3:PutObject': ['UploadsBucket/canary/*', 'ThumbnailsBucket/reports/*'],
    's3:GetObject': ['ThumbnailsBucket/thumbnails/*', 'ThumbnailsBucket/renditions/*', 'ThumbnailsBucket/reports/*'],
    's3:ListBucket': ['ThumbnailsBucket'],
    'dynamodb:GetItem': ['ImagesTable'],
    'cloudwatch:DescribeAlarms': ['every alarm'],
    'cloudwatch:DescribeAlarmHistory': ['every alarm'],
    'sqs:GetQueueAttributes': bothQueues,
  },
  RepairAfterRollbackRole: {
    'codedeploy:GetDeployment': ["this stack's deployment groups"],
    'codedeploy:ListDeploymentTargets': ['everything'],
    'codedeploy:BatchGetDeploymentTargets': ['everything'],
    'dynamodb:GetItem': ['ImagesTable'],
    'dynamodb:PutItem': ['ImagesTable'],
    'dynamodb:Scan': ['ImagesTable'],
    'dynamodb:UpdateItem': ['ImagesTable'],
    'sns:Publish': ['UploadsTopic'],
    'lambda:GetAlias': bothAliases,
    'sqs:SendMessage': ['RepairFailureQueue'],
  },
};

test.each(Object.entries(allowed))('%s allows what its task needs, and nothing else', (id, expected) => {
  const byAction: Record<string, string[]> = {};
  for (const { Action, Resource } of statementsOf(template, id)) {
    for (const action of [Action].flat()) {
      if (!/^(logs|xray):/.test(action)) (byAction[action] ??= []).push(...places(Resource));
    }
  }
  expect(byAction).toEqual(expected);
});

test('reconcile-images may ask which versions serve, and change nothing about that', () => {
  const onLambda = statementsOf(template, 'ReconcileImagesRole').filter(({ Action }) =>
    [Action].flat().some((action) => action.startsWith('lambda:')),
  );
  expect(onLambda.map(({ Action, Resource }) => [Action, places(Resource)])).toEqual([
    ['lambda:GetAlias', bothAliases],
  ]);
});

test.each(['GenerateThumbnailsRole', 'GenerateRenditionsRole', 'ReconcileImagesRole'])(
  '%s reads the pictures that a new version is tried on, and leaves them alone',
  (id) => {
    const onPictures = statementsOf(template, id).flatMap(({ Action, Resource }) =>
      places(Resource)
        .filter((place) => place.startsWith('VerificationBucket'))
        .map((place) => [Action, place]),
    );
    expect(onPictures.toSorted()).toEqual([
      ['s3:GetObject', 'VerificationBucket/*'],
      ['s3:ListBucket', 'VerificationBucket'],
    ]);
  },
);

test("CodeDeploy takes the role of releases for this stack's deployment groups only", () => {
  const { AssumeRolePolicyDocument } = resource(template, 'ReleaseRole', 'AWS::IAM::Role').Properties;
  expect(AssumeRolePolicyDocument.Statement[0]?.Condition).toEqual({
    StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    ArnLike: { 'aws:SourceArn': deploymentGroups },
  });
});

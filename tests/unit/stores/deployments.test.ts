import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { describe, expect, test } from '@jest/globals';

import { deployments, PAUSES_MS } from '../../../functions/shared/stores/deployments.ts';
import { answering, type Answer } from './answering.ts';

function codeDeploy(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  const asked = () =>
    sent.map(({ headers, body }) => [headers['x-amz-target']?.split('.')[1], JSON.parse(body) as unknown]);
  const waited: number[] = [];
  const wait = async (ms: number) => void waited.push(ms);
  return { asked, waited, ...deployments(new CodeDeployClient(client), wait) };
}

const says = (body: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
const refuses = (type: string): Answer => says({ __type: type, message: 'no' }, 400);

const info = {
  applicationName: 'an-application',
  deploymentGroupName: 'a-group',
  createTime: 1_777_638_600,
  status: 'InProgress',
};
const about = { functionName: 'a-function', alias: 'live', currentVersion: '7', targetVersion: '8' };

describe('describeDeployment', () => {
  test('tells which function goes from which version to which', async () => {
    const lambdaFunctionInfo = {
      functionName: 'a-function',
      functionAlias: 'live',
      currentVersion: '7',
      targetVersion: '8',
      targetVersionWeight: 0,
    };
    const { describeDeployment, asked } = codeDeploy(
      says({ deploymentInfo: info }),
      says({ targetIds: ['a-function:live'] }),
      says({ deploymentTargets: [{ deploymentTargetType: 'LambdaFunction', lambdaTarget: { lambdaFunctionInfo } }] }),
    );

    expect(await describeDeployment('d-EXAMPLE11')).toEqual({
      id: 'd-EXAMPLE11',
      application: 'an-application',
      group: 'a-group',
      ...about,
      startedAt: '2026-05-01T12:30:00.000Z',
      status: 'InProgress',
    });
    expect(asked()).toEqual([
      ['GetDeployment', { deploymentId: 'd-EXAMPLE11' }],
      ['ListDeploymentTargets', { deploymentId: 'd-EXAMPLE11' }],
      ['BatchGetDeploymentTargets', { deploymentId: 'd-EXAMPLE11', targetIds: ['a-function:live'] }],
    ]);
  });

  const json = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        aFunction: {
          Type: 'AWS::Lambda::Function',
          Properties: { Name: 'a-function', Alias: 'live', CurrentVersion: '7', TargetVersion: '8' },
        },
      },
    ],
    Hooks: [{ BeforeAllowTraffic: 'CodeDeployHook_check' }],
  });
  const yaml = `version: 0.0
Resources:
  - aFunction:
      Type: AWS::Lambda::Function
      Properties:
        Name: "arn:aws:lambda:us-east-1:000000000000:function:a-function"
        Alias: live
        CurrentVersion: 7
        TargetVersion: '8'
`;
  const noTargets = says({ targetIds: [] });
  const appSpecs = [
    ['JSON, as CloudFormation writes it', json],
    ['YAML, as people write it', yaml],
  ];
  test.each(appSpecs)('reads it out of the AppSpec if no target is listed: %s', async (_, content) => {
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
    const { describeDeployment } = codeDeploy(says({ deploymentInfo: { ...info, revision } }), noTargets);
    expect(await describeDeployment('d-EXAMPLE11')).toMatchObject(about);
  });

  // A deployment that CloudFormation started: the revision has a SHA-256 and no content.
  const sha256 = '0'.repeat(64);
  test.each([
    ['String', 'string', json],
    ['AppSpecContent', 'appSpecContent', json],
    ['String', 'string', yaml],
  ])('asks the application for a revision of type %s that has no content', async (revisionType, member, content) => {
    const revision = { revisionType, [member]: { sha256 } };
    const { describeDeployment, asked, waited } = codeDeploy(
      says({ deploymentInfo: { ...info, revision } }),
      noTargets,
      says({ applicationName: 'an-application', revision: { revisionType, [member]: { content, sha256 } } }),
    );
    expect(await describeDeployment('d-EXAMPLE11')).toMatchObject({ ...about, application: 'an-application' });
    expect(asked().at(-1)).toEqual(['GetApplicationRevision', { applicationName: 'an-application', revision }]);
    expect(waited).toEqual([]);
  });

  const revision = { revisionType: 'String', string: { sha256 } };
  const withoutContent = says({ deploymentInfo: { ...info, revision } });

  test('asks again for some seconds: a target may be listed after the first hook runs', async () => {
    const lambdaFunctionInfo = {
      functionAlias: 'live',
      functionName: 'a-function',
      currentVersion: '7',
      targetVersion: '8',
    };
    const { describeDeployment, waited } = codeDeploy(
      ...[withoutContent, noTargets, refuses('RevisionDoesNotExistException')],
      ...[withoutContent, refuses('DeploymentNotStartedException'), refuses('RevisionDoesNotExistException')],
      ...[withoutContent, says({ targetIds: ['a-function:live'] })],
      says({ deploymentTargets: [{ lambdaTarget: { lambdaFunctionInfo } }] }),
    );
    expect(await describeDeployment('d-EXAMPLE11')).toMatchObject(about);
    expect(waited).toEqual(PAUSES_MS.slice(0, 2));
  });

  test('is an error that says what each source said, once some seconds are over', async () => {
    const { describeDeployment, waited } = codeDeploy(
      ...PAUSES_MS.flatMap(() => [withoutContent, noTargets, refuses('AccessDeniedException')]),
      ...[withoutContent, noTargets, refuses('AccessDeniedException')],
    );
    await expect(describeDeployment('d-EXAMPLE11')).rejects.toThrow(
      /does not say which function.*d-EXAMPLE11.*no targets are listed; GetDeployment’s revision has no content; AccessDenied/,
    );
    expect(waited).toEqual(PAUSES_MS);
    expect(waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(10_000);
  });

  test('is an error if there is no revision and no target', async () => {
    const { describeDeployment } = codeDeploy(
      ...[...PAUSES_MS, 0].flatMap(() => [says({ deploymentInfo: info }), noTargets]),
    );
    await expect(describeDeployment('d-EXAMPLE11')).rejects.toThrow(/does not say which function.*d-EXAMPLE11/);
  });

  test('is an error where there is no such deployment', async () => {
    const { describeDeployment } = codeDeploy(refuses('DeploymentDoesNotExistException'));
    await expect(describeDeployment('d-EXAMPLE11')).rejects.toMatchObject({ name: 'DeploymentDoesNotExistException' });
  });
});

describe('alarmsOf', () => {
  const group = (enabled: boolean) =>
    says({ deploymentGroupInfo: { alarmConfiguration: { enabled, alarms: [{ name: 'one' }, { name: 'two' }] } } });

  test('names what stops the deployments of the group', async () => {
    const { alarmsOf, asked } = codeDeploy(group(true));
    expect(await alarmsOf({ application: 'an-application', group: 'a-group' })).toEqual(['one', 'two']);
    expect(asked()).toEqual([
      ['GetDeploymentGroup', { applicationName: 'an-application', deploymentGroupName: 'a-group' }],
    ]);
  });

  test('names none where the group does not heed them', async () => {
    const { alarmsOf } = codeDeploy(group(false));
    expect(await alarmsOf({ application: 'an-application', group: 'a-group' })).toEqual([]);
  });
});

describe('reportStatus', () => {
  const execution = { deploymentId: 'd-EXAMPLE11', executionId: 'an-execution' };

  test('tells CodeDeploy what a hook has found', async () => {
    const { reportStatus, asked } = codeDeploy(says({ lifecycleEventHookExecutionId: 'an-execution' }));
    await reportStatus(execution, 'Failed');
    expect(asked()).toEqual([
      [
        'PutLifecycleEventHookExecutionStatus',
        { deploymentId: 'd-EXAMPLE11', lifecycleEventHookExecutionId: 'an-execution', status: 'Failed' },
      ],
    ]);
  });

  test('is content where CodeDeploy has its answer already', async () => {
    const { reportStatus } = codeDeploy(refuses('LifecycleEventAlreadyCompletedException'));
    await reportStatus(execution, 'Succeeded');
  });

  test('is an error where CodeDeploy does not take it', async () => {
    const { reportStatus } = codeDeploy(refuses('InvalidLifecycleEventHookExecutionIdException'));
    await expect(reportStatus(execution, 'Succeeded')).rejects.toMatchObject({
      name: 'InvalidLifecycleEventHookExecutionIdException',
    });
  });
});

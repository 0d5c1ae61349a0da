import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { describe, expect, test } from '@jest/globals';

import { deployments } from '../../../functions/shared/stores/deployments.ts';
import { answering, type Answer } from './answering.ts';

function codeDeploy(...answers: Answer[]) {
  const { client, sent } = answering(...answers);
  const asked = () =>
    sent.map(({ headers, body }) => [headers['x-amz-target']?.split('.')[1], JSON.parse(body) as unknown]);
  return { asked, ...deployments(new CodeDeployClient(client)) };
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
  test.each([
    ['JSON, as CloudFormation writes it', json],
    ['YAML, as people write it', yaml],
  ])('reads it out of the AppSpec where there is no target yet: %s', async (_, content) => {
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } };
    const { describeDeployment } = codeDeploy(says({ deploymentInfo: { ...info, revision } }), says({ targetIds: [] }));
    expect(await describeDeployment('d-EXAMPLE11')).toMatchObject(about);
  });

  test('is an error where neither says it', async () => {
    const { describeDeployment } = codeDeploy(says({ deploymentInfo: info }), says({ targetIds: [] }));
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

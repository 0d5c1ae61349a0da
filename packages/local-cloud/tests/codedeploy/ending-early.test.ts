import {
  ListDeploymentsCommand,
  StopDeploymentCommand,
  type CreateDeploymentCommandInput,
} from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { APPLICATION, appSpec, arnOf, GROUP, startReleases, type ReleaseCloud } from './support/cloud.ts';

const MINUTE = 60_000;
const canary = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
const watching = { enabled: true, alarms: ['errors', 'throttles'], ignorePollFailure: false };

let cloud: ReleaseCloud;
beforeEach(async () => {
  cloud = await startReleases();
});
afterEach(() => cloud.end());

const serves = (functionVersion: string): object => ({ functionVersion, weights: {} });

describe('An alarm', () => {
  beforeEach(() => {
    for (const name of watching.alarms) cloud.alarms.set(name, 'OK');
  });

  test('that fires during the canary stops the deployment, and a deployment of its own takes it back', async () => {
    cloud.makeGroup({ configuration: canary, alarms: watching });
    const id = await cloud.deploy();
    await cloud.clock.advance(2 * MINUTE);
    expect(cloud.alias.weights).toEqual({ '2': 0.1 });
    cloud.alarms.set('throttles', 'ALARM');
    await cloud.clock.advance(MINUTE / 4);
    expect(cloud.alias).toEqual(serves('1'));

    const stopped = await cloud.info(id);
    const back = stopped.rollbackInfo?.rollbackDeploymentId ?? '';
    expect(stopped).toMatchObject({
      status: 'Stopped',
      errorInformation: {
        code: 'ALARM_ACTIVE',
        message: expect.stringMatching(/^One or more alarms .* Activated alarms: <throttles>$/),
      },
      rollbackInfo: {
        rollbackMessage: `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${back}.`,
      },
    });
    expect(await cloud.stages(id)).toEqual([
      'BeforeAllowTraffic Succeeded',
      'AllowTraffic Failed',
      'AfterAllowTraffic Skipped',
    ]);
    expect(await cloud.info(back)).toMatchObject({
      status: 'Succeeded',
      creator: 'codeDeployRollback',
      rollbackInfo: {
        rollbackTriggeringDeploymentId: id,
        rollbackMessage: `Deployment ${back} is triggered to roll back deployment ${id}.`,
      },
    });
    expect((await cloud.target(back)).lambdaFunctionInfo).toMatchObject({ currentVersion: '2', targetVersion: '1' });
    expect(cloud.states()).toEqual([`${id} START`, `${id} STOP`, `${back} START`, `${back} SUCCESS`]);
    expect(cloud.published[1]).toMatchObject({
      source: 'aws.codedeploy',
      detailType: 'CodeDeploy Deployment State-change Notification',
      resources: [
        'arn:aws:codedeploy:us-east-1:000000000000:application:shop',
        'arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:shop/worker',
      ],
      detail: { region: 'us-east-1', application: APPLICATION, deploymentGroup: GROUP, state: 'STOP' },
    });
    expect(cloud.observed).toContainEqual(
      expect.objectContaining({ type: 'deployment-changed', deploymentId: id, status: 'stopped' }),
    );
  });

  test('that has fired before the deployment stops it at once', async () => {
    cloud.makeGroup({ configuration: canary, alarms: watching });
    cloud.alarms.set('errors', 'ALARM');
    const id = await cloud.deploy();
    expect((await cloud.info(id)).errorInformation?.code).toBe('ALARM_ACTIVE');
    expect(await cloud.stages(id)).toEqual([
      'BeforeAllowTraffic Skipped',
      'AllowTraffic Skipped',
      'AfterAllowTraffic Skipped',
    ]);
    expect(cloud.alias).toEqual(serves('1'));
  });

  test('that fires while the last hook is asked stops it too', async () => {
    cloud.makeGroup({ alarms: watching });
    cloud.hooks.set('hook', () => undefined);
    const id = await cloud.deploy([{ AfterAllowTraffic: 'hook' }]);
    cloud.alarms.set('errors', 'ALARM');
    await cloud.clock.advance(MINUTE);
    expect((await cloud.info(id)).status).toBe('Stopped');
    expect((await cloud.stages(id)).at(-1)).toBe('AfterAllowTraffic Failed');
    expect(cloud.alias).toEqual(serves('1'));
  });

  test('that is missing stops the deployment, unless its group does not mind', async () => {
    cloud.alarms.delete('errors');
    cloud.makeGroup({ alarms: watching });
    const id = await cloud.deploy();
    const { status, errorInformation } = await cloud.info(id);
    expect(status).toBe('Stopped');
    expect(errorInformation?.message).toMatch(/There are no such alarms: <errors>$/);
    const careless = { enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: 'errors' }] };
    const next = await cloud.deploy([], { overrideAlarmConfiguration: careless });
    expect(await cloud.info(next)).toMatchObject({ status: 'Succeeded', overrideAlarmConfiguration: careless });
  });

  test('of the group is not heeded by a deployment that says so', async () => {
    cloud.makeGroup({ alarms: watching });
    cloud.alarms.set('errors', 'ALARM');
    const id = await cloud.deploy([], { overrideAlarmConfiguration: { enabled: false } });
    expect((await cloud.info(id)).status).toBe('Succeeded');
  });

  test('leaves the alias as it is where the group rolls back for other reasons only', async () => {
    cloud.makeGroup({
      configuration: canary,
      alarms: watching,
      autoRollback: { enabled: true, events: ['DEPLOYMENT_FAILURE'] },
    });
    const id = await cloud.deploy();
    cloud.alarms.set('errors', 'ALARM');
    await cloud.clock.advance(MINUTE);
    expect((await cloud.info(id)).rollbackInfo).toBeUndefined();
    expect(cloud.alias).toEqual({ functionVersion: '1', weights: { '2': 0.1 } });
  });
});

describe('StopDeployment', () => {
  const stop = async (deploymentId: string, autoRollbackEnabled?: boolean): Promise<void> => {
    await cloud.client().send(new StopDeploymentCommand({ deploymentId, autoRollbackEnabled }));
    await cloud.clock.advance(0);
  };

  test.each([
    { asked: 'with rollback', rollback: true, group: false, alias: serves('1') },
    { asked: 'without rollback', rollback: false, group: true, alias: { functionVersion: '1', weights: { '2': 0.1 } } },
    { asked: 'without a word, where the group rolls back', rollback: undefined, group: true, alias: serves('1') },
  ])('$asked', async ({ rollback, group, alias }) => {
    cloud.makeGroup({
      configuration: canary,
      autoRollback: { enabled: group, events: group ? ['DEPLOYMENT_STOP_ON_REQUEST'] : [] },
    });
    const id = await cloud.deploy();
    await stop(id, rollback);
    expect(await cloud.info(id)).toMatchObject({ status: 'Stopped', errorInformation: { code: 'MANUAL_STOP' } });
    expect(cloud.alias).toEqual(alias);
    // Its time is over: nothing of it comes later.
    await cloud.clock.advance(10 * MINUTE);
    expect(cloud.alias).toEqual(alias);
    await expect(stop(id)).rejects.toMatchObject({ name: 'DeploymentAlreadyCompletedException' });
  });
});

test('A rollback that cannot move the alias has failed, and says so; the group is free', async () => {
  cloud.makeGroup({ configuration: canary });
  const id = await cloud.deploy();
  cloud.freezeAlias();
  await cloud.client().send(new StopDeploymentCommand({ deploymentId: id, autoRollbackEnabled: true }));
  await cloud.clock.advance(0);
  const back = (await cloud.info(id)).rollbackInfo?.rollbackDeploymentId ?? '';
  expect(await cloud.info(back)).toMatchObject({
    status: 'Failed',
    errorInformation: {
      code: 'INVALID_LAMBDA_CONFIGURATION',
      message: expect.stringContaining('The alias cannot be moved.'),
    },
    rollbackInfo: { rollbackTriggeringDeploymentId: id },
  });
  expect(await cloud.stages(back)).toEqual([
    'BeforeAllowTraffic Succeeded',
    'AllowTraffic Failed',
    'AfterAllowTraffic Skipped',
  ]);
  expect(cloud.states()).toEqual([`${id} START`, `${id} STOP`, `${back} START`, `${back} FAILURE`]);
  expect(cloud.alias).toEqual({ functionVersion: '1', weights: { '2': 0.1 } });
  // The next one finds an alias with weights, and tells so.
  expect((await cloud.info(await cloud.deploy())).errorInformation?.code).toBe('INVALID_LAMBDA_CONFIGURATION');
});

describe('A deployment that cannot be', () => {
  test('is refused while another one of its group is under way', async () => {
    cloud.makeGroup({ configuration: canary });
    const id = await cloud.deploy();
    await expect(cloud.deploy()).rejects.toMatchObject({
      name: 'DeploymentLimitExceededException',
      message: `The Deployment Group 'worker' already has an active Deployment '${id}'`,
    });
  });

  test.each<[what: string, content: string, code: string]>([
    ['no YAML', '{', 'InvalidRevisionException'],
    ['two functions', appSpec().replace('[{', '[{"b":{}},{'), 'InvalidRevisionException'],
    [
      'a member that it does not have',
      appSpec().replace('"version"', '"Extra":1,"version"'),
      'InvalidRevisionException',
    ],
    ['a hook that Lambda does not have', appSpec([{ BeforeInstall: 'hook' }]), 'InvalidRevisionException'],
  ])('is refused for an AppSpec with %s', async (_what, content, code) => {
    cloud.makeGroup();
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { content } } as const;
    await expect(cloud.deploy([], { revision })).rejects.toMatchObject({ name: code });
  });

  test.each<[Partial<CreateDeploymentCommandInput>, string]>([
    [{ applicationName: 'other' }, 'ApplicationDoesNotExistException'],
    [{ deploymentGroupName: 'other' }, 'DeploymentGroupDoesNotExistException'],
    [{ deploymentGroupName: undefined }, 'DeploymentGroupNameRequiredException'],
    [{ deploymentConfigName: 'mine' }, 'DeploymentConfigDoesNotExistException'],
    [{ revision: undefined }, 'RevisionRequiredException'],
    [{ autoRollbackConfiguration: { enabled: true } }, 'InvalidAutoRollbackConfigException'],
    [{ overrideAlarmConfiguration: { enabled: true } }, 'InvalidAlarmConfigException'],
  ])('is refused with %j', async (changes, code) => {
    cloud.makeGroup();
    await expect(cloud.deploy([], changes)).rejects.toMatchObject({ name: code });
  });

  test('takes an AppSpec as people write it', async () => {
    cloud.makeGroup();
    const content = `
version: 0.0
Resources:
  - worker: { Type: AWS::Lambda::Function, Properties: { Name: worker, Alias: live, CurrentVersion: 1, TargetVersion: 2 } }
Hooks:
  - BeforeAllowTraffic: hook
`;
    const asked: unknown[] = [];
    cloud.hooks.set('hook', (event) => void asked.push(event));
    await cloud.deploy([], { revision: { revisionType: 'String', string: { content } } });
    expect(asked).toHaveLength(1);
  });

  test('fails, and leaves the alias alone, where that is elsewhere than the AppSpec says', async () => {
    cloud.makeGroup();
    cloud.alias.functionVersion = '2';
    const id = await cloud.deploy();
    const { errorInformation, rollbackInfo } = await cloud.info(id);
    expect(errorInformation?.code).toBe('INVALID_LAMBDA_CONFIGURATION');
    expect(errorInformation?.message).toContain('The Lambda function alias version does not match the current version');
    expect(rollbackInfo).toBeUndefined();
    expect(cloud.alias).toEqual(serves('2'));
  });

  test('fails where there is no such version', async () => {
    cloud.makeGroup();
    const revision = { revisionType: 'String', string: { content: appSpec([], '9') } } as const;
    const id = await cloud.deploy([], { revision });
    expect((await cloud.info(id)).errorInformation).toMatchObject({
      code: 'INVALID_LAMBDA_FUNCTION',
      message: expect.stringContaining('worker:9'),
    });
  });

  test('fails where the service role may not move the alias', async () => {
    const role = cloud.iam.roles.get('releases');
    cloud.iam.roles.update({ ...role, policies: {} });
    cloud.makeGroup();
    const id = await cloud.deploy();
    expect((await cloud.info(id)).errorInformation).toMatchObject({
      code: 'IAM_ROLE_PERMISSIONS',
      message: expect.stringContaining(`lambda:GetAlias on ${arnOf('worker')}`),
    });
  });

  test('fails where the service role is not for CodeDeploy, or not for this group', async () => {
    cloud.makeGroup({ configuration: canary });
    const role = cloud.iam.roles.get('releases');
    const [statement] = (role.trustPolicy as { Statement: [object] }).Statement;
    const trusting = (group: string): void => {
      const Condition = {
        ArnLike: { 'aws:SourceArn': `arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:${group}` },
        StringEquals: { 'aws:SourceAccount': '000000000000' },
      };
      cloud.iam.roles.update({ ...role, trustPolicy: { Statement: [{ ...statement, Condition }] } });
    };
    trusting('other/*');
    const id = await cloud.deploy();
    expect((await cloud.info(id)).errorInformation?.code).toBe('IAM_ROLE_MISSING');
    expect(cloud.alias).toEqual(serves('1'));
    trusting('shop/*');
    expect((await cloud.info(await cloud.deploy())).status).toBe('InProgress');
  });
});

describe('A restart of the cloud', () => {
  test('fails what was under way and takes it back, saying so; what was over is as it was', async () => {
    cloud.makeGroup({ configuration: canary });
    cloud.alias.functionVersion = '2';
    const over = await cloud.deploy();
    cloud.alias.functionVersion = '1';
    const id = await cloud.deploy();
    expect(cloud.alias.weights).toEqual({ '2': 0.1 });
    await cloud.restart();
    expect(cloud.alias).toEqual(serves('1'));
    const { status, errorInformation, rollbackInfo } = await cloud.info(id);
    expect({ status, code: errorInformation?.code }).toEqual({ status: 'Failed', code: 'INTERNAL_ERROR' });
    expect(cloud.observed).toContainEqual({
      type: 'note',
      text: `The local cloud was stopped while deployment ${id} was under way. It has failed, and is rolled back as its group says.`,
    });
    const { deployments = [] } = await cloud
      .client()
      .send(new ListDeploymentsCommand({ applicationName: APPLICATION, deploymentGroupName: GROUP }));
    expect(deployments).toEqual([rollbackInfo?.rollbackDeploymentId, id, over]);
    // And the group is free again.
    expect((await cloud.info(await cloud.deploy())).status).toBe('InProgress');
  });

  test('lets nobody report for a hook that was asked before', async () => {
    cloud.makeGroup();
    const asked: { DeploymentId: string; LifecycleEventHookExecutionId: string }[] = [];
    cloud.hooks.set('hook', (event) => void asked.push(event));
    await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
    await cloud.restart();
    await expect(cloud.report(asked[0] as (typeof asked)[0], 'Succeeded')).rejects.toMatchObject({
      name: 'LifecycleEventAlreadyCompletedException',
    });
  });
});

import {
  BatchGetDeploymentsCommand,
  BatchGetDeploymentTargetsCommand,
  CreateDeploymentCommand,
  GetApplicationCommand,
  GetApplicationRevisionCommand,
  GetDeploymentCommand,
  GetDeploymentConfigCommand,
  GetDeploymentGroupCommand,
  GetDeploymentTargetCommand,
  ListApplicationsCommand,
  ListDeploymentConfigsCommand,
  ListDeploymentGroupsCommand,
  ListDeploymentsCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  StopDeploymentCommand,
  type CodeDeployClient,
  type GetApplicationRevisionCommandInput,
} from '@aws-sdk/client-codedeploy';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { APPLICATION, appSpec, GROUP, startReleases, type ReleaseCloud } from './support/cloud.ts';

let cloud: ReleaseCloud;
let client: CodeDeployClient;
beforeEach(async () => {
  cloud = await startReleases();
  client = cloud.clientFor();
});
afterEach(() => cloud.end());

const group = { applicationName: APPLICATION, deploymentGroupName: GROUP };

describe('What there is', () => {
  test('applications and groups are told as they were made, with what was deployed last', async () => {
    cloud.makeGroup({ alarms: { enabled: true, alarms: ['errors'], ignorePollFailure: true } });
    expect((await client.send(new ListApplicationsCommand({}))).applications).toEqual([APPLICATION]);
    const { application } = await client.send(new GetApplicationCommand({ applicationName: APPLICATION }));
    expect(application).toMatchObject({ applicationName: APPLICATION, computePlatform: 'Lambda' });
    expect(application?.createTime).toEqual(cloud.clock.now());
    expect(
      (await client.send(new ListDeploymentGroupsCommand({ applicationName: APPLICATION }))).deploymentGroups,
    ).toEqual([GROUP]);

    const id = await cloud.deploy();
    const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand(group));
    expect(deploymentGroupInfo).toMatchObject({
      ...group,
      deploymentConfigName: 'CodeDeployDefault.LambdaAllAtOnce',
      serviceRoleArn: 'arn:aws:iam::000000000000:role/releases',
      alarmConfiguration: { enabled: true, ignorePollAlarmFailure: true, alarms: [{ name: 'errors' }] },
      autoRollbackConfiguration: { enabled: true },
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      lastSuccessfulDeployment: { deploymentId: id, status: 'Succeeded' },
      lastAttemptedDeployment: { deploymentId: id },
      computePlatform: 'Lambda',
    });
    await expect(
      client.send(new GetDeploymentGroupCommand({ ...group, deploymentGroupName: 'other' })),
    ).rejects.toMatchObject({ name: 'DeploymentGroupDoesNotExistException' });
  });

  test("CodeDeploy's own configurations for Lambda are told with their steps", async () => {
    const { deploymentConfigsList } = await client.send(new ListDeploymentConfigsCommand({}));
    expect(deploymentConfigsList).toHaveLength(9);
    const routing = async (deploymentConfigName: string): Promise<unknown> =>
      (await client.send(new GetDeploymentConfigCommand({ deploymentConfigName }))).deploymentConfigInfo
        ?.trafficRoutingConfig;
    expect(await routing('CodeDeployDefault.LambdaCanary10Percent15Minutes')).toEqual({
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: 10, canaryInterval: 15 },
    });
    expect(await routing('CodeDeployDefault.LambdaLinear10PercentEvery1Minute')).toEqual({
      type: 'TimeBasedLinear',
      timeBasedLinear: { linearPercentage: 10, linearInterval: 1 },
    });
    await expect(routing('CodeDeployDefault.OneAtATime')).rejects.toMatchObject({
      name: 'DeploymentConfigDoesNotExistException',
    });
  });

  test('a deployment is told without the content of its AppSpec, as on AWS, and with that of before', async () => {
    cloud.makeGroup();
    const first = await cloud.deploy([], { description: 'the first' });
    cloud.alias.functionVersion = '1';
    const second = await cloud.deploy();
    const { deploymentsInfo = [] } = await client.send(
      new BatchGetDeploymentsCommand({ deploymentIds: [first, second] }),
    );
    const revision = { revisionType: 'AppSpecContent', appSpecContent: { sha256: expect.stringMatching(/^\w{64}$/) } };
    expect(deploymentsInfo).toMatchObject([
      { deploymentId: first, description: 'the first', revision, deploymentOverview: { Succeeded: 1, Failed: 0 } },
      { deploymentId: second, previousRevision: revision },
    ]);
    expect(deploymentsInfo[0]).not.toHaveProperty('previousRevision');
  });

  test('the content of an AppSpec is told by its application, by what GetDeployment tells of it', async () => {
    cloud.makeGroup();
    const first = await cloud.deploy([], { description: 'the first' });
    const { revision } = await cloud.info(first);
    const ask = (input: Partial<GetApplicationRevisionCommandInput>) =>
      client.send(new GetApplicationRevisionCommand({ applicationName: APPLICATION, revision, ...input }));
    const told = await ask({});
    expect(told).toMatchObject({
      applicationName: APPLICATION,
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec() } },
      revisionInfo: { deploymentGroups: [GROUP], description: 'the first', firstUsedTime: cloud.clock.now() },
    });
    await expect(ask({ applicationName: 'other' })).rejects.toMatchObject({ name: 'ApplicationDoesNotExistException' });
    await expect(ask({ revision: undefined })).rejects.toMatchObject({ name: 'RevisionRequiredException' });
    // One of the other type is another one.
    const { sha256 } = revision?.appSpecContent ?? {};
    await expect(ask({ revision: { revisionType: 'String', string: { sha256 } } })).rejects.toMatchObject({
      name: 'RevisionDoesNotExistException',
    });
  });

  test('of a deployment that CloudFormation starts, GetDeployment tells a hash and GetApplicationRevision the AppSpec', async () => {
    cloud.makeGroup();
    const versions = { functionName: 'worker', alias: 'live', currentVersion: '1', targetVersion: '2', hooks: {} };
    let deploymentId = '';
    const started = (id: string) => (deploymentId = id);
    const release = { application: APPLICATION, group: GROUP, appSpec: versions };
    void cloud.codedeploy.release(release, { signal: new AbortController().signal, started });
    const { revision } = await cloud.info(deploymentId);
    expect(revision).toEqual({ revisionType: 'String', string: { sha256: expect.stringMatching(/^\w{64}$/) } });
    const told = await client.send(new GetApplicationRevisionCommand({ applicationName: APPLICATION, revision }));
    expect(JSON.parse((told.revision as { string: { content: string } }).string.content)).toMatchObject({
      Resources: [{ worker: { Properties: { Name: 'worker', CurrentVersion: '1', TargetVersion: '2' } } }],
    });
  });

  test('the target can be held back for a while: then it is not listed, and does not exist', async () => {
    await cloud.end();
    cloud = await startReleases({ targetsAfterMs: 30_000 });
    client = cloud.clientFor();
    cloud.makeGroup();
    const deploymentId = await cloud.deploy();
    const list = async () => (await client.send(new ListDeploymentTargetsCommand({ deploymentId }))).targetIds;
    const target = () =>
      client.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: ['worker:live'] }));
    await cloud.clock.advance(29_999);
    expect(await list()).toEqual([]);
    await expect(target()).rejects.toMatchObject({ name: 'DeploymentTargetDoesNotExistException' });
    await cloud.clock.advance(1);
    expect(await list()).toEqual(['worker:live']);
    expect((await target()).deploymentTargets).toHaveLength(1);
  });

  test('deployments are listed by group, status and time', async () => {
    cloud.makeGroup();
    const first = await cloud.deploy();
    const between = cloud.clock.now();
    await cloud.clock.advance(1000);
    const second = await cloud.deploy();
    const ids = async (asked: object): Promise<unknown> =>
      (await client.send(new ListDeploymentsCommand(asked))).deployments;
    expect(await ids({})).toEqual([second, first]);
    // The second one failed: the alias was there already.
    expect(await ids({ ...group, includeOnlyStatuses: ['Failed'] })).toEqual([second]);
    expect(await ids({ ...group, createTimeRange: { end: between } })).toEqual([first]);
    await expect(ids({ applicationName: APPLICATION })).rejects.toMatchObject({
      name: 'DeploymentGroupNameRequiredException',
    });
    await expect(ids({ deploymentGroupName: GROUP })).rejects.toMatchObject({
      name: 'ApplicationNameRequiredException',
    });
  });

  test('a deployment has one target', async () => {
    cloud.makeGroup();
    const deploymentId = await cloud.deploy();
    const { targetIds } = await client.send(new ListDeploymentTargetsCommand({ deploymentId }));
    expect(targetIds).toEqual(['worker:live']);
    const failed = { TargetStatus: ['Failed'] };
    expect(
      (await client.send(new ListDeploymentTargetsCommand({ deploymentId, targetFilters: failed }))).targetIds,
    ).toEqual([]);
    const { deploymentTargets } = await client.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }));
    expect(deploymentTargets).toMatchObject([
      {
        deploymentTargetType: 'LambdaTarget',
        lambdaTarget: { deploymentId, targetArn: 'arn:aws:lambda:us-east-1:000000000000:function:worker:live' },
      },
    ]);
    await expect(
      client.send(new GetDeploymentTargetCommand({ deploymentId, targetId: 'other:live' })),
    ).rejects.toMatchObject({ name: 'DeploymentTargetDoesNotExistException' });
  });
});

describe('A request is refused by its documented error', () => {
  const unknown = { deploymentId: 'd-000000000' };
  test.each<[error: string, send: (id: string) => Promise<unknown>]>([
    ['ApplicationNameRequiredException', () => client.send(new GetApplicationCommand({ applicationName: undefined }))],
    [
      'ApplicationNameRequiredException',
      () => client.send(new GetDeploymentGroupCommand({ ...group, applicationName: undefined })),
    ],
    [
      'DeploymentGroupNameRequiredException',
      () => client.send(new GetDeploymentGroupCommand({ ...group, deploymentGroupName: undefined })),
    ],
    [
      'ApplicationNameRequiredException',
      () => client.send(new ListDeploymentGroupsCommand({ applicationName: undefined })),
    ],
    [
      'ApplicationNameRequiredException',
      () => client.send(new CreateDeploymentCommand({ ...group, applicationName: undefined })),
    ],
    [
      'DeploymentConfigNameRequiredException',
      () => client.send(new GetDeploymentConfigCommand({ deploymentConfigName: undefined })),
    ],
    ['DeploymentIdRequiredException', () => client.send(new GetDeploymentCommand({ deploymentId: undefined }))],
    ['DeploymentIdRequiredException', () => client.send(new BatchGetDeploymentsCommand({ deploymentIds: [] }))],
    [
      'BatchLimitExceededException',
      (id) => client.send(new BatchGetDeploymentsCommand({ deploymentIds: new Array<string>(26).fill(id) })),
    ],
    ['InvalidDeploymentIdException', () => client.send(new BatchGetDeploymentsCommand({ deploymentIds: ['mine'] }))],
    ['DeploymentDoesNotExistException', () => client.send(new StopDeploymentCommand(unknown))],
    ['DeploymentDoesNotExistException', () => client.send(new ListDeploymentTargetsCommand(unknown))],
    [
      'InvalidDeploymentStatusException',
      () => client.send(new ListDeploymentsCommand({ includeOnlyStatuses: ['Done' as 'Failed'] })),
    ],
    [
      'InvalidTimeRangeException',
      () =>
        client.send(new ListDeploymentsCommand({ createTimeRange: { start: new Date(2000), end: new Date(1000) } })),
    ],
    ['InvalidNextTokenException', () => client.send(new ListDeploymentsCommand({ nextToken: 'mine' }))],
    [
      'DeploymentTargetIdRequiredException',
      (deploymentId) => client.send(new GetDeploymentTargetCommand({ deploymentId, targetId: undefined })),
    ],
    [
      'DeploymentTargetIdRequiredException',
      (deploymentId) => client.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: [] })),
    ],
    [
      'DeploymentTargetListSizeExceededException',
      (deploymentId) =>
        client.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds: ['worker:live', 'worker:live'] })),
    ],
    [
      'InvalidAutoRollbackConfigException',
      () =>
        cloud.deploy([], {
          autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_WISH' as 'DEPLOYMENT_FAILURE'] },
        }),
    ],
  ])('%s (%#)', async (name, send) => {
    cloud.makeGroup();
    await expect(send(await cloud.deploy())).rejects.toMatchObject({ name });
  });

  test('but not where one of several deployments is none: it is left out', async () => {
    cloud.makeGroup();
    const id = await cloud.deploy();
    const asked = new BatchGetDeploymentsCommand({ deploymentIds: ['d-000000000', id] });
    expect((await client.send(asked)).deploymentsInfo).toMatchObject([{ deploymentId: id }]);
  });
});

describe('A role', () => {
  /** A client whose role may these actions on the group, and the second ones on everything. */
  function clientThatMay(onGroup: string[], onAll: string[]): CodeDeployClient {
    const allow = (actions: string[], Resource: string): object[] =>
      actions.length === 0 ? [] : [{ Effect: 'Allow', Action: actions.map((one) => `codedeploy:${one}`), Resource }];
    const { arn } = cloud.iam.roles.create({
      name: 'hook',
      path: '/',
      maxSessionDuration: 3600,
      trustPolicy: {
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      policies: {
        p: {
          Statement: [
            ...allow(onGroup, 'arn:aws:codedeploy:us-east-1:000000000000:deploymentgroup:shop/*'),
            ...allow(onAll, '*'),
          ],
        },
      },
      tags: {},
    });
    return cloud.clientFor(cloud.iam.credentialsFor(arn));
  }

  test('may read and report by the ARN of the deployment group', async () => {
    cloud.makeGroup();
    const deploymentId = await cloud.deploy();
    const hook = clientThatMay(['GetDeployment', 'GetDeploymentGroup', 'PutLifecycleEventHookExecutionStatus'], []);
    await hook.send(new GetDeploymentCommand({ deploymentId }));
    await hook.send(new GetDeploymentGroupCommand(group));
    await expect(
      hook.send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId,
          lifecycleEventHookExecutionId: 'x',
          status: 'Failed',
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidLifecycleEventHookExecutionIdException' });
    const denied = { message: expect.stringContaining('is not authorized to perform: codedeploy:') };
    await expect(hook.send(new ListDeploymentsCommand(group))).rejects.toMatchObject(denied);
    await expect(hook.send(new ListDeploymentTargetsCommand({ deploymentId }))).rejects.toMatchObject(denied);
  });

  test('may look at targets and stop only where it may so everywhere, since these actions have no resource', async () => {
    cloud.makeGroup();
    const deploymentId = await cloud.deploy();
    const all = ['ListDeploymentTargets', 'BatchGetDeploymentTargets', 'StopDeployment'];
    const hook = clientThatMay([], all);
    const { targetIds } = await hook.send(new ListDeploymentTargetsCommand({ deploymentId }));
    await hook.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }));
    await expect(hook.send(new StopDeploymentCommand({ deploymentId }))).rejects.toMatchObject({
      name: 'DeploymentAlreadyCompletedException',
    });
    await expect(hook.send(new GetDeploymentCommand({ deploymentId }))).rejects.toThrow('codedeploy:GetDeployment');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCloud, type Cloud } from '../../src/cloud.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { untilPassing } from '../support/until-passing.ts';

type Release = {
  /** What the function answers. */
  says: string;
  type?: string;
  /** What the hook before traffic does: in its place, nothing is asked. */
  hook?: 'Succeeded' | 'Failed' | 'throws';
  /** Of the function. */
  timeout?: number;
  alarm?: string;
  more?: string;
};

let folder: string;
let observed: CloudEvent[];
let cloud: Cloud;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'releases-'));
  observed = [];
  cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    stackName: 'shop',
    port: 0,
    // A canary's five minutes are one second, and a hook has twelve.
    clockFactor: 300,
    observe: (event) => observed.push(event),
  });
});
afterEach(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

const reporting = (status: string): string => `
        const { CodeDeployClient, PutLifecycleEventHookExecutionStatusCommand } = require('@aws-sdk/client-codedeploy');
        exports.handler = ({ DeploymentId: deploymentId, LifecycleEventHookExecutionId: lifecycleEventHookExecutionId }) =>
          new CodeDeployClient().send(
            new PutLifecycleEventHookExecutionStatusCommand({ deploymentId, lifecycleEventHookExecutionId, status: '${status}' }),
          );`;
const throwing = `
        exports.handler = async () => { throw new Error('no network'); };`;

const hookOf = (hook: NonNullable<Release['hook']>): string => `
  Verify:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: CodeDeployHook_verify
      InlineCode: |${hook === 'throws' ? throwing : reporting(hook)}
      Policies:
        - Statement:
            - Effect: Allow
              Action: codedeploy:PutLifecycleEventHookExecutionStatus
              Resource: !Sub arn:aws:codedeploy:\${AWS::Region}:\${AWS::AccountId}:deploymentgroup:\${ServerlessDeploymentApplication}/*
      DeploymentPreference: { Enabled: false }`;

const released = (name: string, { says, hook, type, timeout = 3, alarm }: Release): string => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: ${name.toLowerCase()}
      InlineCode: "exports.handler = async () => '${says}';"
      Timeout: ${String(timeout)}
      AutoPublishAlias: live
      DeploymentPreference:
        Type: ${type ?? 'AllAtOnce'}
        ${hook === undefined ? '' : 'Hooks: { PreTraffic: !Ref Verify }'}
        ${alarm === undefined ? '' : `Alarms: [${alarm}]`}`;

async function deploy(release: Release): Promise<void> {
  const { hook, more = '' } = release;
  const template = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs24.x, Handler: index.handler } }
Resources:${released('Worker', release)}${hook === undefined ? '' : hookOf(hook)}${more}
`;
  await writeFile(join(folder, 'template.yaml'), template);
  await cloud.deploy();
}

async function answer(functionName = 'worker'): Promise<unknown> {
  const { lambda } = cloud.services;
  const requestId = '8b0a7a38-0d1f-4b60-a6a7-2d2f0c9bd0f5';
  const target = { functionName, qualifier: 'live' };
  return JSON.parse((await lambda.invoke({ target, kind: 'synchronous', requestId, event: '{}' })).payload);
}

const deployments = () => cloud.services.codedeploy.deployments.of();
/** `1 -> 2 Succeeded`, the oldest first. */
const story = (): string[] =>
  deployments()
    .map(
      ({ appSpec, status }) =>
        `${appSpec.functionName} ${appSpec.currentVersion} -> ${appSpec.targetVersion} ${status}`,
    )
    .reverse();
const shifts = (): unknown[] =>
  observed.flatMap((event) =>
    event.type === 'traffic-shifted' ? [`${event.functionName} ${JSON.stringify(event.weights)}`] : [],
  );
const stackStatus = () => cloud.services.stacks.view.stacks()[0]?.status;

test('a changed version is released gradually, and the deployment of the stack waits; nothing else is', async () => {
  await deploy({ says: 'one' });
  expect(story()).toEqual([]);
  await deploy({ says: 'two', type: 'Canary10Percent5Minutes', hook: 'Succeeded' });
  expect(story()).toEqual(['worker 1 -> 2 Succeeded']);
  expect(shifts()).toEqual(['worker {"1":0.9,"2":0.1}', 'worker {"2":1}']);
  expect(await answer()).toBe('two');
  await deploy({ says: 'two', type: 'AllAtOnce', hook: 'Succeeded' });
  expect(story()).toHaveLength(1);
});

test('a hook that says no fails the deployment of the stack, which names it and puts all back', async () => {
  await deploy({ says: 'one', hook: 'Failed' });
  const update = deploy({ says: 'two', hook: 'Failed', timeout: 5 });
  await expect(update).rejects.toThrow(
    /WorkerAliaslive \(AWS::Lambda::Alias\): d-\w+ failed\. .*BeforeAllowTraffic: CodeDeployHook_verify reported Failed\./,
  );
  expect(stackStatus()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await answer()).toBe('one');
  expect(story()).toEqual(['worker 1 -> 2 Failed', 'worker 2 -> 1 Succeeded']);
  const { stacks } = cloud.services;
  const reasons = stacks.view.events(stacks.stackId('shop')).map(({ statusReason }) => statusReason ?? '');
  const [rollback, failed] = deployments();
  expect(reasons).toEqual(
    expect.arrayContaining([
      `CodeDeploy deployment started: ${failed?.id ?? ''}`,
      `CodeDeploy rollback deployment started: ${rollback?.id ?? ''}`,
    ]),
  );
  // What mends it is released as ever.
  await deploy({ says: 'three', hook: 'Succeeded' });
  expect(await answer()).toBe('three');
});

test('a hook that throws is told of with its error', async () => {
  await deploy({ says: 'one', hook: 'throws' });
  const update = deploy({ says: 'two', hook: 'throws' });
  update.catch(() => undefined);
  await untilPassing(() => {
    expect(observed).toContainEqual(expect.objectContaining({ type: 'invocation-ended', outcome: 'failed' }));
  });
  // Nobody needs to wait the rest of the hook's hour.
  await fetch(`${cloud.endpoint}/_local-cloud/clock`, { method: 'PUT', body: '{"factor": 36000}' });
  await expect(update).rejects.toThrow(
    /CodeDeployHook_verify did not report; its last invocation failed: Error: no network/,
  );
  expect(await answer()).toBe('one');
});

test('an alarm that is not there stops the release of the stack, which names it', async () => {
  await deploy({ says: 'one', alarm: 'never-made' });
  await expect(deploy({ says: 'two', alarm: 'never-made' })).rejects.toThrow(/d-\w+ failed\..*<never-made>/);
  expect(await answer()).toBe('one');
});

test('when another resource fails, what is under way is stopped, and what was released goes back', async () => {
  const second = (says: string, type: string): string => released('Second', { says, type });
  // It can only fail once the first release has begun, for it needs the second, which is over at once.
  const failing = `
  Fails:
    Type: AWS::SQS::QueuePolicy
    DependsOn: SecondAliaslive
    Properties:
      Queues: [http://127.0.0.1/000000000000/none]
      PolicyDocument: { Statement: [] }`;
  await deploy({ says: 'one', type: 'Linear10PercentEvery10Minutes', more: second('one', 'AllAtOnce') });
  const update = deploy({
    says: 'two',
    type: 'Linear10PercentEvery10Minutes',
    more: `${second('two', 'AllAtOnce')}${failing}`,
  });
  await expect(update).rejects.toThrow(
    /WorkerAliaslive .*: Resource update cancelled: d-\w+\. It was stopped, since another resource/,
  );
  const { stacks } = cloud.services;
  const events = stacks.view.events(stacks.stackId('shop')).toReversed();
  const rollback = events.findIndex(({ status }) => status === 'UPDATE_ROLLBACK_IN_PROGRESS');
  // As CloudFormation tells it: what failed of itself, then what was cancelled for it.
  expect(events.slice(0, rollback).filter(({ status }) => /_FAILED$/.test(status))).toMatchObject([
    { logicalId: 'Fails', status: 'CREATE_FAILED' },
    {
      logicalId: 'WorkerAliaslive',
      status: 'UPDATE_FAILED',
      statusReason: expect.stringMatching(/^Resource update cancelled/),
    },
  ]);
  expect(story()).toEqual(
    expect.arrayContaining(['second 1 -> 2 Succeeded', 'worker 1 -> 2 Stopped', 'worker 2 -> 1 Succeeded']),
  );
  // The second one was put back directly.
  expect(deployments()).toHaveLength(3);
  expect([await answer(), await answer('second')]).toEqual(['one', 'one']);
});

test('its group goes with the stack, whatever is under way in it', async () => {
  await deploy({ says: 'one' });
  const update = deploy({ says: 'two', type: 'Linear10PercentEvery10Minutes' });
  await untilPassing(() => expect(story()).toEqual(['worker 1 -> 2 InProgress']));
  const [group] = cloud.services.codedeploy.groups.list();
  cloud.services.codedeploy.deleteGroup(group?.application ?? '', group?.name ?? '');
  await expect(update).rejects.toThrow(/was deleted while the deployment d-\w+ was under way/);
  await cloud.services.stacks.remove('shop');
  expect(cloud.services.codedeploy.groups.applications()).toEqual([]);
});

import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCloud, type Cloud } from '../../src/cloud.ts';
import type { LifecycleEventName } from '../../src/services/codedeploy/deployment.ts';
import { untilPassing } from '../support/until-passing.ts';

let folder: string;
const running: Cloud[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restart-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((cloud) => cloud.stop()));
  await rm(folder, { recursive: true, force: true });
});

type Release = { says: string; hooks?: string; rollsBack?: boolean };

/** Hooks that never report: whoever asks them waits until somebody stops. */
const hooksOf = (stage: LifecycleEventName): string =>
  ({
    BeforeAllowTraffic: 'BeforeAllowTrafficHook: silent',
    AllowTraffic: '',
    AfterAllowTraffic: 'AfterAllowTrafficHook: silent',
  })[stage];

async function write({ says, hooks = '', rollsBack = true }: Release): Promise<void> {
  const configuration = hooks === '' ? 'LambdaCanary10Percent5Minutes' : 'LambdaAllAtOnce';
  const version = `Version${says}`;
  await writeFile(
    join(folder, 'template.yaml'),
    `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - { Effect: Allow, Principal: { Service: [lambda.amazonaws.com, codedeploy.amazonaws.com] }, Action: sts:AssumeRole }
      Policies:
        - PolicyName: all
          PolicyDocument: { Statement: [{ Effect: Allow, Action: ['lambda:*'], Resource: '*' }] }
  Silent:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: silent
      Runtime: nodejs24.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: { ZipFile: 'exports.handler = async () => 1;' }
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Runtime: nodejs24.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: { ZipFile: "exports.handler = async () => '${says}';" }
  ${version}:
    Type: AWS::Lambda::Version
    DeletionPolicy: Retain
    Properties: { FunctionName: !Ref Worker }
  Application:
    Type: AWS::CodeDeploy::Application
    Properties: { ComputePlatform: Lambda }
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Application
      DeploymentConfigName: CodeDeployDefault.${configuration}
      ServiceRoleArn: !GetAtt Role.Arn
      DeploymentStyle: { DeploymentType: BLUE_GREEN, DeploymentOption: WITH_TRAFFIC_CONTROL }
      AutoRollbackConfiguration: ${rollsBack ? '{ Enabled: true, Events: [DEPLOYMENT_FAILURE] }' : '{ Enabled: false }'}
  Live:
    Type: AWS::Lambda::Alias
    DependsOn: Silent
    UpdatePolicy:
      CodeDeployLambdaAliasUpdate:
        ApplicationName: !Ref Application
        DeploymentGroupName: !Ref Group
        ${hooks}
    Properties: { Name: live, FunctionName: !Ref Worker, FunctionVersion: !GetAtt ${version}.Version }
Outputs:
  Says: { Value: ${says} }
`,
  );
}

async function boot(clockFactor: number, state = 'state'): Promise<Cloud> {
  const cloud = await createCloud({
    template: join(folder, 'template.yaml'),
    stackName: 'shop',
    port: 0,
    stateFolder: join(folder, state),
    seed: running.length + 1,
    clockFactor,
  });
  running.push(cloud);
  return cloud;
}

/** At the clock's own pace: a canary's five minutes are longer than any test. */
const slowly = (): Promise<Cloud> => boot(1);
/** So fast that an hour is a tenth of a second. */
const fast = (state?: string): Promise<Cloud> => boot(36_000, state);

const alias = (cloud: Cloud) => {
  const { functionVersion, weights } = cloud.services.lambda.functions.alias('worker', 'live');
  return { functionVersion, weights };
};
const serves = (functionVersion: string): object => ({ functionVersion, weights: {} });
const statusOf = (cloud: Cloud, stage: LifecycleEventName): string | undefined =>
  cloud.services.codedeploy.deployments.of()[0]?.events.find((event) => event.stage === stage)?.status;
const formation = (cloud: Cloud): CloudFormationClient =>
  new CloudFormationClient({
    endpoint: cloud.endpoint,
    region: cloud.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

async function stackStatus(cloud: Cloud): Promise<string | undefined> {
  const { Stacks: [stack] = [] } = await formation(cloud).send(new DescribeStacksCommand({ StackName: 'shop' }));
  return stack?.StackStatus;
}

/** Deploys version 1, then begins to release version 2 and waits until that is in the stage. */
async function until(
  stage: LifecycleEventName,
  release: Omit<Release, 'says'> = {},
): Promise<[Cloud, Promise<unknown>]> {
  const hooks = hooksOf(stage);
  await write({ ...release, hooks, says: 'One' });
  const cloud = await slowly();
  await cloud.deploy();
  await write({ ...release, hooks, says: 'Two' });
  const deployment = cloud.deploy();
  deployment.catch(() => undefined);
  await untilPassing(() => expect(statusOf(cloud, stage)).toBe('InProgress'));
  return [cloud, deployment];
}

describe.each<LifecycleEventName>(['BeforeAllowTraffic', 'AllowTraffic', 'AfterAllowTraffic'])(
  'Stopped in %s',
  (stage) => {
    test('a release of the stack is left as it is, taken back at the next start, and begun anew', async () => {
      const [before, deployment] = await until(stage);
      await before.stop();
      await expect(deployment).rejects.toMatchObject({
        name: 'DeploymentCutShortError',
        message:
          'The local cloud was stopped while the stack shop was being deployed. Its next start goes on from there.',
      });
      const cloud = await fast();
      expect(alias(cloud)).toEqual(serves('1'));
      expect(await stackStatus(cloud)).toBe('UPDATE_IN_PROGRESS');
      await write({ says: 'Two' });
      expect(await cloud.deploy()).toEqual({ Says: 'Two' });
      expect(alias(cloud)).toEqual(serves('2'));
      expect(await stackStatus(cloud)).toBe('UPDATE_COMPLETE');
      expect(cloud.services.codedeploy.deployments.of().map(({ status }) => status)).toEqual([
        'Succeeded',
        'Succeeded',
        'Failed',
      ]);
    });

    test('or killed, and changed back meanwhile: the alias is where it was', async () => {
      const [before] = await until(stage);
      expect(await stackStatus(before)).toBe('UPDATE_IN_PROGRESS');
      // What a process that is killed now leaves; of tables, which a database keeps that is at work, there are none.
      await cp(join(folder, 'state'), join(folder, 'left'), {
        recursive: true,
        filter: (source) => !source.includes('dynamodb'),
      });
      await write({ says: 'One' });
      const cloud = await fast('left');
      await cloud.deploy();
      expect(alias(cloud)).toEqual(serves('1'));
      expect(await stackStatus(cloud)).toBe('UPDATE_COMPLETE');
    });
  },
);

test('An alias that nobody rolled back when the cloud was stopped is where the stack says after the next deployment', async () => {
  const [before] = await until('AllowTraffic', { rollsBack: false });
  expect(alias(before)).toEqual({ functionVersion: '1', weights: { '2': 0.1 } });
  await before.stop();
  await write({ says: 'One', rollsBack: false });
  const cloud = await fast();
  expect(alias(cloud)).toEqual({ functionVersion: '1', weights: { '2': 0.1 } });
  await cloud.deploy();
  expect(alias(cloud)).toEqual(serves('1'));
});

test('and can be released at once', async () => {
  const [before] = await until('AllowTraffic', { rollsBack: false });
  await before.stop();
  const cloud = await fast();
  expect(await cloud.deploy()).toEqual({ Says: 'Two' });
  expect(alias(cloud)).toEqual(serves('2'));
});

test('While it is released, an alias is being updated, and so is the stack', async () => {
  const [cloud] = await until('AllowTraffic');
  const { StackResources = [] } = await formation(cloud).send(new DescribeStackResourcesCommand({ StackName: 'shop' }));
  const statuses = StackResources.map(({ LogicalResourceId, ResourceStatus }) => [LogicalResourceId, ResourceStatus]);
  expect(statuses).toContainEqual(['Live', 'UPDATE_IN_PROGRESS']);
  expect(await stackStatus(cloud)).toBe('UPDATE_IN_PROGRESS');
  const { StackEvents = [] } = await formation(cloud).send(new DescribeStackEventsCommand({ StackName: 'shop' }));
  expect(StackEvents[0]?.ResourceStatusReason).toMatch(/^CodeDeploy deployment started: d-/);
});

test('The command line ends when it is told to, whatever is being released', async () => {
  await write({ says: 'One' });
  const start = () => {
    const bin = join(import.meta.dirname, '..', '..', 'bin', 'local-cloud.mjs');
    const state = join(folder, 'state');
    const args = ['--state', state, '--template', join(folder, 'template.yaml'), '--stack-name', 'shop', '--port', '0'];
    const child = spawn(process.execPath, [bin, 'start', ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
    }
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, ended, printed: () => printed };
  };
  const releasing = 'live -> version 1 90 %, version 2 10 %';

  const watching = start();
  try {
    await untilPassing(() => expect(watching.printed()).toContain('runs on this machine'));
    await write({ says: 'Two' });
    await untilPassing(() => expect(watching.printed()).toContain(releasing));
    watching.child.kill('SIGTERM');
    expect(await watching.ended).toBe(0);
  } finally {
    watching.child.kill('SIGKILL');
  }

  const starting = start();
  try {
    await untilPassing(() => expect(starting.printed()).toContain(releasing));
    starting.child.kill('SIGTERM');
    expect(await starting.ended).toBe(0);
  } finally {
    starting.child.kill('SIGKILL');
  }
});

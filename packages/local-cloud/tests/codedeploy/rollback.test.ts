import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createCloud, type Cloud } from '../../src/cloud.ts';
import type { Undocumented } from '../../src/core/undocumented.ts';
import { untilPassing } from '../support/until-passing.ts';

// One release of two functions: the second is over at once, the first still shifts traffic when another resource fails. AWS documents
// neither how the second is moved back, nor what becomes of the first one's deployment.

let folder: string;
let cloud: Cloud;
afterEach(async () => {
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(undocumented: Partial<Undocumented> = {}): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'rollback-'));
  cloud = await createCloud({
    ...{ template: join(folder, 'template.yaml'), stackName: 'shop', port: 0, undocumented },
    // A canary takes six tenths of a second.
    clockFactor: 500,
    // As `sam deploy` has it.
    retainExceptOnCreate: false,
  });
}

const released = (name: string, says: string, type: string, salt: string): string => `
  ${name}:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: ${name.toLowerCase()}
      InlineCode: "exports.handler = async () => '${says}';"
      AutoPublishAlias: live
      AutoPublishCodeSha256: ${salt}${says}0123456789
      DeploymentPreference: { Type: ${type} }`;

// It can only fail once the first release has begun, for it needs the second, which is over at once.
const failing = `
  Fails:
    Type: AWS::SQS::QueuePolicy
    DependsOn: SecondAliaslive
    Properties:
      Queues: [http://127.0.0.1/000000000000/none]
      PolicyDocument: { Statement: [] }`;

async function deploy(says: string, more = '', salt = ''): Promise<void> {
  const both = released('First', says, 'Canary10Percent5Minutes', salt) + released('Second', says, 'AllAtOnce', salt);
  const template = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs24.x, Handler: index.handler } }
Resources:${both}${more}
`;
  await writeFile(join(folder, 'template.yaml'), template);
  await cloud.deploy();
}

const alias = (name: string): unknown => {
  const { functionVersion, weights } = cloud.services.lambda.functions.alias(name, 'live');
  return Object.keys(weights).length === 0 ? functionVersion : [functionVersion, weights];
};
const aliases = () => [alias('first'), alias('second')];
/** `first 1 -> 2 Succeeded`, the oldest first. */
const story = (): string[] =>
  cloud.services.codedeploy.deployments
    .of()
    .map(({ appSpec: { functionName, currentVersion, targetVersion }, status }) => {
      return `${functionName} ${currentVersion} -> ${targetVersion} ${status}`;
    })
    .reverse();
const status = () => cloud.services.stacks.view.stacks()[0]?.status;
const idle = () => untilPassing(() => expect(story().filter((one) => one.endsWith('InProgress'))).toEqual([]));

describe.each<[Undocumented['rollbackThrough'], Undocumented['cancelledDeployments']]>([
  ['lambda', 'stop'],
  ['lambda', 'continue'],
  ['codedeploy', 'stop'],
  ['codedeploy', 'continue'],
])('When aliases go back by %s and cancelled deployments %s', (rollbackThrough, cancelledDeployments) => {
  test('a failed release can be followed by another one', async () => {
    await start({ rollbackThrough, cancelledDeployments });
    await deploy('one');
    await expect(deploy('two', failing)).rejects.toThrow(/FirstAliaslive .*: Resource update cancelled: d-\w+\./);

    const stops = cancelledDeployments === 'stop';
    const both = !stops && rollbackThrough === 'codedeploy';
    // The second deployment of a group is refused while the first goes on.
    expect(status()).toBe(both ? 'UPDATE_ROLLBACK_FAILED' : 'UPDATE_ROLLBACK_COMPLETE');
    await idle();
    expect(story()).toEqual(
      expect.arrayContaining([
        'second 1 -> 2 Succeeded',
        ...(rollbackThrough === 'codedeploy' ? ['second 2 -> 1 Succeeded'] : []),
        ...(stops ? ['first 1 -> 2 Stopped', 'first 2 -> 1 Succeeded'] : ['first 1 -> 2 Succeeded']),
      ]),
    );
    // What goes on ends with all traffic on the version that the stack has taken back.
    expect(aliases()).toEqual([stops ? '1' : '2', '1']);

    // As docs/runbook.md says: continue the rollback, move `live` back, deploy.
    if (both) {
      await cloud.services.stacks.continueRollback('shop');
      expect([status(), story().at(-1)]).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'first 2 -> 1 Succeeded']);
    } else if (!stops) {
      await expect(deploy('refused')).rejects.toThrow(/first, alias live: 2, not 1/);
      cloud.services.lambda.moveAlias('first', 'live', { functionVersion: '1', weights: {} });
    }
    expect(aliases()).toEqual(['1', '1']);
    await deploy('three');
    expect(status()).toBe('UPDATE_COMPLETE');
    for (const functionName of ['first', 'second']) {
      const target = { functionName, qualifier: 'live' };
      const requestId = '8b0a7a38-0d1f-4b60-a6a7-2d2f0c9bd0f5';
      const { payload } = await cloud.services.lambda.invoke({ target, kind: 'synchronous', requestId, event: '{}' });
      expect(JSON.parse(payload)).toBe('three');
    }
  });
});

test('a resource that cannot be put back can be skipped, and what the failed update made is then deleted', async () => {
  await start({ rollbackThrough: 'codedeploy', cancelledDeployments: 'continue' });
  await deploy('one');
  await expect(deploy('two', failing)).rejects.toThrow('FirstAliaslive could not be put back');
  await expect(cloud.services.stacks.continueRollback('shop')).rejects.toThrow('already has an active Deployment');
  expect(status()).toBe('UPDATE_ROLLBACK_FAILED');
  await cloud.services.stacks.continueRollback('shop', ['FirstAliaslive']);
  expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(cloud.services.stacks.continueRollback('shop')).rejects.toThrow('nothing to continue');
  await idle();
});

test('an alias that was moved by hand is refused by CodeDeploy, until it is moved back', async () => {
  await start();
  await deploy('one');
  await deploy('two');
  cloud.services.lambda.moveAlias('second', 'live', { functionVersion: '1', weights: {} });
  await expect(deploy('refused')).rejects.toThrow(
    /SecondAliaslive .*does not match the current version in AppSpec file \(second, alias live: 1, not 2\)/,
  );
  const failed = cloud.services.codedeploy.deployments.of().find((one) => one.error?.code.startsWith('INVALID'));
  expect(failed).toMatchObject({ status: 'Failed', error: { code: 'INVALID_LAMBDA_CONFIGURATION' } });
  // Nothing is moved, neither on nor back.
  expect(aliases()).toEqual(['2', '1']);
  cloud.services.lambda.moveAlias('second', 'live', { functionVersion: '2', weights: {} });
  await deploy('three');
  expect(aliases()).toEqual(['4', '4']);
});

test('the same release again after a rollback publishes nothing and fails; with another ReleaseId it is released', async () => {
  await start();
  await deploy('one');
  await expect(deploy('two', failing)).rejects.toThrow();
  expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  await expect(deploy('two')).rejects.toThrow('A version for this Lambda function exists ( 2 ).');
  expect([status(), ...aliases()]).toEqual(['UPDATE_ROLLBACK_COMPLETE', '1', '1']);
  await deploy('two', '', 'salt');
  expect(aliases()).toEqual(['3', '3']);
});

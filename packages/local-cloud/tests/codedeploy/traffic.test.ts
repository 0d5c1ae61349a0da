import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { configurations, shiftsOf } from '../../src/services/codedeploy/configurations.ts';
import { startReleases, type HookEvent, type ReleaseCloud } from './support/cloud.ts';

const MINUTE = 60_000;

let cloud: ReleaseCloud;
beforeEach(async () => {
  cloud = await startReleases();
});
afterEach(() => cloud.end());

describe('Traffic goes over', () => {
  test('by a canary: a tenth for five minutes, then all', async () => {
    cloud.makeGroup({ configuration: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' });
    const id = await cloud.deploy();
    expect(cloud.alias).toEqual({ functionVersion: '1', weights: { '2': 0.1 } });
    expect(await cloud.info(id)).toMatchObject({ status: 'InProgress', creator: 'user' });
    expect(await cloud.target(id)).toMatchObject({
      targetId: 'worker:live',
      status: 'InProgress',
      lambdaFunctionInfo: {
        functionName: 'worker',
        functionAlias: 'live',
        currentVersion: '1',
        targetVersion: '2',
        targetVersionWeight: 0.1,
      },
    });
    await cloud.clock.advance(5 * MINUTE - 1);
    expect(cloud.alias).toEqual({ functionVersion: '1', weights: { '2': 0.1 } });
    await cloud.clock.advance(1);
    expect(cloud.alias).toEqual({ functionVersion: '2', weights: {} });
    expect(await cloud.info(id)).toMatchObject({ status: 'Succeeded' });
    expect((await cloud.target(id)).lambdaFunctionInfo).toMatchObject({ targetVersionWeight: 1 });
    expect(cloud.states()).toEqual([`${id} START`, `${id} SUCCESS`]);
  });

  test('in equal parts: a tenth more every minute', async () => {
    cloud.makeGroup({ configuration: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute' });
    const id = await cloud.deploy();
    const shares: (number | undefined)[] = [];
    for (let minute = 0; minute < 9; minute += 1) {
      shares.push(cloud.alias.weights['2']);
      await cloud.clock.advance(MINUTE);
    }
    expect(shares).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
    expect(cloud.alias).toEqual({ functionVersion: '2', weights: {} });
    expect((await cloud.info(id)).status).toBe('Succeeded');
  });

  test('all at once', async () => {
    cloud.makeGroup();
    const id = await cloud.deploy();
    expect(cloud.alias).toEqual({ functionVersion: '2', weights: {} });
    expect(await cloud.stages(id)).toEqual([
      'BeforeAllowTraffic Succeeded',
      'AllowTraffic Succeeded',
      'AfterAllowTraffic Succeeded',
    ]);
  });

  test('as the deployment says, where it says so itself', async () => {
    cloud.makeGroup();
    const id = await cloud.deploy([], { deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent10Minutes' });
    await cloud.clock.advance(10 * MINUTE - 1);
    expect(cloud.alias.weights).toEqual({ '2': 0.1 });
    expect((await cloud.info(id)).deploymentConfigName).toBe('CodeDeployDefault.LambdaCanary10Percent10Minutes');
  });

  test('after the first hook has agreed, and is done when the second has', async () => {
    cloud.makeGroup();
    const asked: HookEvent[] = [];
    cloud.hooks.set('hook', (event) => void asked.push(event));
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }, { AfterAllowTraffic: 'hook' }]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toEqual({ DeploymentId: id, LifecycleEventHookExecutionId: expect.stringMatching(/.{40}/) });
    expect(cloud.alias).toEqual({ functionVersion: '1', weights: {} });
    expect(await cloud.stages(id)).toEqual([
      'BeforeAllowTraffic InProgress',
      'AllowTraffic Pending',
      'AfterAllowTraffic Pending',
    ]);
    await cloud.report(asked[0] as HookEvent, 'Succeeded');
    await cloud.clock.advance(0);
    expect(cloud.alias).toEqual({ functionVersion: '2', weights: {} });
    expect((await cloud.info(id)).status).toBe('InProgress');
    await cloud.report(asked[1] as HookEvent, 'Succeeded');
    await cloud.clock.advance(0);
    expect((await cloud.info(id)).status).toBe('Succeeded');
    const told = cloud.observed.flatMap((event) =>
      event.type === 'deployment-stage' ? [`${event.stage} ${event.status} ${event.hook ?? ''}`.trim()] : [],
    );
    expect(told).toEqual([
      'BeforeAllowTraffic InProgress hook',
      'BeforeAllowTraffic Succeeded hook',
      'AllowTraffic InProgress',
      'AllowTraffic Succeeded',
      'AfterAllowTraffic InProgress hook',
      'AfterAllowTraffic Succeeded hook',
    ]);
  });
});

test("each of CodeDeploy's own configurations for Lambda ends with all of the traffic", () => {
  expect(
    configurations.map(({ name, routing }) => {
      const shifts = shiftsOf(routing);
      const minutes = shifts.reduce((sum, { thenWaitMs }) => sum + thenWaitMs, 0) / MINUTE;
      return [name.replace('CodeDeployDefault.Lambda', ''), shifts.length, minutes, shifts.at(-1)?.share];
    }),
  ).toEqual([
    ['AllAtOnce', 1, 0, 1],
    ['Canary10Percent5Minutes', 2, 5, 1],
    ['Canary10Percent10Minutes', 2, 10, 1],
    ['Canary10Percent15Minutes', 2, 15, 1],
    ['Canary10Percent30Minutes', 2, 30, 1],
    ['Linear10PercentEvery1Minute', 10, 9, 1],
    ['Linear10PercentEvery2Minutes', 10, 18, 1],
    ['Linear10PercentEvery3Minutes', 10, 27, 1],
    ['Linear10PercentEvery10Minutes', 10, 90, 1],
  ]);
});

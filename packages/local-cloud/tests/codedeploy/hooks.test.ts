import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startReleases, type HookEvent, type ReleaseCloud } from './support/cloud.ts';

const HOUR = 3_600_000;

let cloud: ReleaseCloud;
beforeEach(async () => {
  cloud = await startReleases();
  cloud.makeGroup();
});
afterEach(() => cloud.end());

const serves = (functionVersion: string): object => ({ functionVersion, weights: {} });

describe('A broken hook', () => {
  test('that throws fails the deployment after an hour, with what it threw', async () => {
    cloud.hooks.set('hook', () => {
      throw new Error('no network');
    });
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
    await cloud.clock.advance(HOUR - 1);
    expect((await cloud.info(id)).status).toBe('InProgress');
    await cloud.clock.advance(1);
    const { status, errorInformation } = await cloud.info(id);
    expect(status).toBe('Failed');
    expect(errorInformation?.message).toContain(
      'BeforeAllowTraffic: hook did not report; its last invocation failed: Error: no network.',
    );
    expect(cloud.alias).toEqual(serves('1'));
  });

  test('that never reports fails the deployment after an hour; all goes back to the version before', async () => {
    cloud.hooks.set('hook', () => undefined);
    const id = await cloud.deploy([{ AfterAllowTraffic: 'hook' }]);
    expect(cloud.alias).toEqual(serves('2'));
    await cloud.clock.advance(HOUR);
    const { status, errorInformation } = await cloud.info(id);
    expect({ status, code: errorInformation?.code }).toEqual({ status: 'Failed', code: 'TIMEOUT' });
    expect(errorInformation?.message).toContain('within one hour after a deployment hook is invoked');
    expect(errorInformation?.message).toContain(
      'AfterAllowTraffic: hook did not report; its last invocation returned without a report.',
    );
    expect(cloud.alias).toEqual(serves('1'));
  });

  test('that is still at work has not had its hour, however fast the clock makes that go by', async () => {
    cloud.clock.hurry(3600);
    const asked: HookEvent[] = [];
    cloud.hooks.set('hook', (event) => {
      asked.push(event);
      return new Promise(() => undefined);
    });
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
    await cloud.clock.advance(2 * HOUR);
    expect((await cloud.info(id)).status).toBe('InProgress');
    await cloud.report(asked[0] as HookEvent, 'Succeeded');
    await cloud.clock.advance(0);
    expect((await cloud.info(id)).status).toBe('Succeeded');
  });

  test('that ends without a report has its hour, and no more', async () => {
    cloud.clock.hurry(3600);
    let end = (): void => undefined;
    cloud.hooks.set('hook', () => new Promise((resolve) => (end = resolve)));
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
    await cloud.clock.advance(HOUR / 2);
    end();
    await cloud.clock.advance(HOUR / 2 - 1);
    expect((await cloud.info(id)).status).toBe('InProgress');
    await cloud.clock.advance(1);
    expect((await cloud.info(id)).errorInformation?.message).toMatch(/its last invocation returned without a report/);
  });

  test('of which nothing is heard is not waited for longer than it may work', async () => {
    cloud.clock.hurry(3600);
    cloud.hooks.set('hook', () => new Promise(() => undefined));
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
    await cloud.clock.advance(910 * HOUR);
    expect((await cloud.info(id)).errorInformation?.message).toMatch(/its invocation has not ended yet/);
  });

  test('that is missing fails the deployment at once', async () => {
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'gone' }]);
    const { status, errorInformation } = await cloud.info(id);
    expect({ status, code: errorInformation?.code }).toEqual({ status: 'Failed', code: 'HOOK_EXECUTION_FAILURE' });
    expect(errorInformation?.message).toMatch(/BeforeAllowTraffic: gone cannot be invoked: Function not found/);
    expect(cloud.alias).toEqual(serves('1'));
  });

  test('that the service role may not invoke fails the deployment at once', async () => {
    cloud.hooks.set('other', () => undefined);
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'other' }]);
    const { errorInformation } = await cloud.info(id);
    expect(errorInformation?.code).toBe('IAM_ROLE_PERMISSIONS');
    expect(errorInformation?.message).toMatch(/hook of BeforeAllowTraffic: lambda:InvokeFunction on .*:other$/);
  });

  test('that reports Failed fails the deployment, which says so of itself and of its stages', async () => {
    const asked: HookEvent[] = [];
    cloud.hooks.set('hook', (event) => void asked.push(event));
    const id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
    await cloud.report(asked[0] as HookEvent, 'Failed');
    await cloud.clock.advance(0);
    const { status, errorInformation, rollbackInfo, completeTime } = await cloud.info(id);
    expect({ status, errorInformation }).toEqual({
      status: 'Failed',
      errorInformation: {
        code: 'HOOK_EXECUTION_FAILURE',
        message:
          'The deployment failed because one or more of the lifecycle event validation functions failed. BeforeAllowTraffic: hook reported Failed.',
      },
    });
    expect(completeTime).toEqual(cloud.clock.now());
    expect(await cloud.stages(id)).toEqual([
      'BeforeAllowTraffic Failed',
      'AllowTraffic Skipped',
      'AfterAllowTraffic Skipped',
    ]);
    const [event] = (await cloud.target(id)).lifecycleEvents ?? [];
    expect(event?.diagnostics).toMatchObject({ scriptName: 'hook', message: errorInformation?.message });
    const back = rollbackInfo?.rollbackDeploymentId ?? '';
    expect(cloud.states()).toEqual([`${id} START`, `${id} FAILURE`, `${back} START`, `${back} SUCCESS`]);
    expect(cloud.alias).toEqual(serves('1'));
  });
});

describe('A report', () => {
  let asked: HookEvent[];
  let id: string;
  beforeEach(async () => {
    asked = [];
    cloud.hooks.set('hook', (event) => void asked.push(event));
    id = await cloud.deploy([{ BeforeAllowTraffic: 'hook' }]);
  });

  test('counts once: the second is refused', async () => {
    const [event] = asked as [HookEvent];
    expect(await cloud.report(event, 'Succeeded')).toMatchObject({
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
    });
    await expect(cloud.report(event, 'Failed')).rejects.toMatchObject({
      name: 'LifecycleEventAlreadyCompletedException',
    });
    await cloud.clock.advance(0);
    expect((await cloud.info(id)).status).toBe('Succeeded');
  });

  test('that comes too late is refused', async () => {
    await cloud.clock.advance(HOUR);
    await expect(cloud.report(asked[0] as HookEvent, 'Succeeded')).rejects.toMatchObject({
      name: 'LifecycleEventAlreadyCompletedException',
    });
    expect((await cloud.info(id)).status).toBe('Failed');
  });

  test('says Succeeded or Failed, for an execution of this deployment', async () => {
    const [event] = asked as [HookEvent];
    await expect(cloud.report(event, 'Skipped')).rejects.toMatchObject({
      name: 'InvalidLifecycleEventHookExecutionStatusException',
    });
    await expect(cloud.report({ ...event, LifecycleEventHookExecutionId: 'mine' }, 'Failed')).rejects.toMatchObject({
      name: 'InvalidLifecycleEventHookExecutionIdException',
    });
    await expect(cloud.report({ ...event, DeploymentId: 'd-000000000' }, 'Failed')).rejects.toMatchObject({
      name: 'DeploymentDoesNotExistException',
    });
    await expect(cloud.report({ ...event, DeploymentId: 'deployment' }, 'Failed')).rejects.toMatchObject({
      name: 'InvalidDeploymentIdException',
    });
    expect((await cloud.info(id)).status).toBe('InProgress');
  });
});

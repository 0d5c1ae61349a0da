import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createClock, realTime } from '../../src/core/clock.ts';
import { createCloudTime } from '../../src/core/cloud-time.ts';
import { createCloud } from '../../src/cloud.ts';

const hour = 3_600_000;

test('what waits already goes on at the new speed', async () => {
  const clock = createClock(1);
  const waiting = clock.wait(10 * hour);
  clock.setFactor(1e9);
  await waiting;
});

test('what waits ends with its signal, whatever the speed becomes meanwhile', async () => {
  const clock = createClock(1);
  const ended = new AbortController();
  const waiting = clock.wait(10 * hour, ended.signal);
  clock.setFactor(0.5);
  ended.abort();
  await waiting;
});

test("a change of speed never sets the cloud's time back", async () => {
  // An hour in a tenth of a second: timers may be a millisecond early, which is nothing to that.
  const clock = createClock(36_000);
  const time = createCloudTime(clock);
  await clock.wait(hour);
  const before = time.now();
  clock.setFactor(1);
  expect(time.now().getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect(clock.aheadMs()).toBeGreaterThan(hour / 2);
});

test('time that has been waited for is not waited for again after a change', async () => {
  const clock = createClock(1000);
  const began = realTime.stopwatch();
  const waiting = clock.wait(60_000_000); // a minute of ours
  await realTime.work(50);
  clock.setFactor(1_000_000);
  await waiting;
  expect(began()).toBeLessThan(30_000);
});

test.each([0, -1, Number.NaN])('a clock cannot run %s times as fast', (factor) => {
  expect(() => createClock(1).setFactor(factor)).toThrow(RangeError);
});

test('whoever reaches the endpoint may change the speed of a cloud that runs', async () => {
  const cloud = await createCloud({ template: join(import.meta.dirname, 'none.yaml'), port: 0 });
  try {
    const url = `${cloud.endpoint}/_local-cloud/clock`;
    const ask = async (init?: RequestInit): Promise<unknown> => (await fetch(url, init)).json();
    expect(await ask()).toEqual({ factor: 1 });
    expect(await ask({ method: 'PUT', body: '{"factor": 30}' })).toEqual({ factor: 30 });
    expect(await ask()).toEqual({ factor: 30 });
    for (const body of ['{"factor": 0}', '{"factor": "fast"}', 'null', 'no JSON']) {
      const refused = await fetch(url, { method: 'PUT', body });
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('a number above 0')]);
    }
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405);
    expect((await fetch(`${cloud.endpoint}/_local-cloud/weather`)).status).toBe(404);
    expect(await ask()).toEqual({ factor: 30 });
  } finally {
    await cloud.stop();
  }
});

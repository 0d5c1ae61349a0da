import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventually } from '../../src/testing/eventually.ts';
import { createRandom } from '../../src/core/random.ts';
import { chooseVersion } from '../../src/services/lambda/functions.ts';
import { code, testCloud } from './support/cloud.ts';

const cloud = testCloud();
const { functions } = cloud.lambda;
afterAll(cloud.end);

const answering = (word: string) => code(`async () => '${word}'`);

test('Functions that are kept warm have an environment for each version that an alias leads to', async () => {
  const processes = () => cloud.lambda.processes().map(({ configuration: { version } }) => version);
  cloud.create('warm', answering('first'));
  functions.publish('warm');
  functions.createAlias('warm', { name: 'live', functionVersion: '1', description: '', weights: {} });
  cloud.lambda.keepWarm(['warm', 'of another stack']);
  expect(processes()).toEqual(['1']);
  cloud.lambda.updateFunction(cloud.spec('warm', answering('second')));
  functions.publish('warm');
  cloud.lambda.moveAlias('warm', 'live', { weights: { '2': 0.1 } });
  expect(processes()).toEqual(['1', '2']);
  cloud.lambda.moveAlias('warm', 'live', { functionVersion: '2', weights: {} });
  expect(processes()).toEqual(['2']);
  expect((await cloud.call('warm', {}, 'live')).result).toBe('second');
  cloud.lambda.keepWarm([]);
});

describe('Versions', () => {
  test('keep the code and configuration that they were published with', async () => {
    cloud.create('frozen', answering('first'));
    expect(functions.publish('frozen').configuration.version).toBe('1');
    cloud.lambda.updateFunction(cloud.spec('frozen', answering('second')));
    expect((await cloud.call('frozen')).result).toBe('second');
    expect((await cloud.call('frozen', {}, '1')).result).toBe('first');
    expect(functions.publish('frozen').configuration.version).toBe('2');
  });

  test('are published only when something has changed', () => {
    const spec = cloud.spec('unchanged', answering('same'));
    cloud.lambda.createFunction(spec);
    expect(functions.publish('unchanged')).toMatchObject({ fresh: true, configuration: { version: '1' } });
    cloud.lambda.updateFunction(spec);
    expect(functions.publish('unchanged')).toMatchObject({ fresh: false, configuration: { version: '1' } });
    cloud.lambda.updateFunction({ ...spec, memoryMb: 512 });
    expect(functions.publish('unchanged', 'the second')).toMatchObject({
      fresh: true,
      configuration: { version: '2' },
    });
    expect(functions.publish('unchanged', 'a third')).toMatchObject({
      fresh: false,
      configuration: { version: '2', description: 'the second' },
    });
    // What counts is what it is, not how it came to that: nothing is published of a change that was taken back.
    cloud.lambda.updateFunction(spec);
    cloud.lambda.updateFunction({ ...spec, memoryMb: 512 });
    expect(functions.publish('unchanged')).toMatchObject({ fresh: false, configuration: { version: '2' } });
    // What SAM relies on where only a hash of the release changes.
    cloud.lambda.updateFunction({ ...spec, memoryMb: 512, description: 'release 0a1b2c' });
    expect(functions.publish('unchanged')).toMatchObject({
      fresh: true,
      configuration: { version: '3', description: 'release 0a1b2c' },
    });
  });

  test('never take a number twice, and stay while an alias points to them', () => {
    cloud.create('numbered', answering('one'));
    functions.publish('numbered');
    functions.createAlias('numbered', { name: 'live', functionVersion: '1', description: '', weights: {} });
    expect(() => functions.deleteVersion('numbered', '1')).toThrow('alias live points to it');
    functions.deleteAlias('numbered', 'live');
    functions.deleteVersion('numbered', '1');
    expect(functions.publish('numbered').configuration.version).toBe('2');
  });
});

describe('Aliases', () => {
  test('lead to their version, also after they were moved', async () => {
    cloud.create('moved', answering('one'));
    functions.publish('moved');
    cloud.lambda.updateFunction(cloud.spec('moved', answering('two')));
    functions.publish('moved');
    functions.createAlias('moved', { name: 'live', functionVersion: '1', description: '', weights: {} });
    expect(await cloud.call('moved', {}, 'live')).toMatchObject({ result: 'one', executedVersion: '1' });
    functions.updateAlias('moved', 'live', { functionVersion: '2' });
    expect(await cloud.call('moved', {}, 'live')).toMatchObject({ result: 'two', executedVersion: '2' });
  });

  test('tell what share each version gets whenever that changes, and end the processes of a version that gets none', async () => {
    cloud.create('told', answering('one'));
    functions.publish('told');
    cloud.lambda.updateFunction(cloud.spec('told', answering('two')));
    functions.publish('told');
    functions.createAlias('told', { name: 'live', functionVersion: '1', description: '', weights: {} });
    await cloud.call('told', {}, 'live');
    const versions = () =>
      cloud.lambda
        .processes()
        .filter(({ configuration }) => configuration.functionName === 'told')
        .map(({ configuration }) => configuration.version);
    expect(versions()).toEqual(['1']);
    cloud.lambda.moveAlias('told', 'live', { weights: { '2': 0.25 } });
    cloud.lambda.moveAlias('told', 'live', { description: 'says nothing new' });
    expect(versions()).toEqual(['1']);
    cloud.lambda.moveAlias('told', 'live', { functionVersion: '2', weights: {} });
    await eventually('the process of version 1 ends', () => versions().length === 0);
    const told = cloud.of('traffic-shifted').filter(({ functionName }) => functionName === 'told');
    expect(told.map(({ alias, weights }) => ({ alias, weights }))).toEqual([
      { alias: 'live', weights: { '1': 0.75, '2': 0.25 } },
      { alias: 'live', weights: { '2': 1 } },
    ]);
  });

  test('choose by weight', () => {
    const draws = 2000;
    const chosen = (seed: number, weight: number): number => {
      const { next } = createRandom(seed);
      return Array.from({ length: draws }, () => chooseVersion('1', { '2': weight }, next)).filter(
        (version) => version === '2',
      ).length;
    };
    // Doubles alone are nearly all next to nothing.
    const weights = fc.oneof(
      fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.integer(), weights, (seed, weight) => {
        const count = chosen(seed, weight);
        // Bernstein's inequality: beyond it lies a chance below one in 10^10, for the rarest version too, whose count is no normal one.
        const rarity = Math.log(2 / 1e-10);
        const variance = draws * weight * (1 - weight);
        const bound = rarity / 3 + Math.sqrt(rarity ** 2 / 9 + 2 * rarity * variance);
        expect(Math.abs(count - draws * weight)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 20 },
    );
    expect([chosen(1, 0), chosen(1, 1)]).toEqual([0, draws]);
  });

  test('refuse versions that are not there, two further versions, and versions of different roles', () => {
    cloud.create('routed', answering('one'));
    functions.publish('routed');
    cloud.lambda.updateFunction(
      cloud.spec('routed', answering('two'), { roleArn: 'arn:aws:iam::000000000000:role/other' }),
    );
    functions.publish('routed');
    const alias =
      (weights: Record<string, number>, functionVersion = '1') =>
      () =>
        functions.createAlias('routed', { name: 'live', functionVersion, description: '', weights });
    expect(alias({}, '9')).toThrow('function:routed:9');
    expect(alias({ '9': 0.1 })).toThrow('function:routed:9');
    expect(alias({ '2': 1.5 })).toThrow('less than or equal to 1.0');
    expect(alias({ '2': 0.1 })).toThrow('execution role');
    expect(alias({ '2': 0.1, '3': 0.1 })).toThrow('cannot be greater than 1');
    expect(alias({ '1': 0.1 })).toThrow('Function version 1 is already included in routing configuration.');
    expect(alias({ $LATEST: 0.1 })).toThrow('regular expression pattern: [0-9]+');
    expect(alias({ '2': 0.1 }, '$LATEST')).toThrow(
      '$LATEST is not supported for an alias pointing to more than 1 version',
    );
    expect(alias({})).not.toThrow();
    expect(alias({})).toThrow('Alias already exists');
  });
});

describe('Functions', () => {
  test.each([
    ['memory below 128 MB', { memoryMb: 64 }, '64 MB of memory'],
    ['a timeout above 15 minutes', { timeoutSeconds: 901 }, '901 seconds of timeout'],
    ['reserved variables', { variables: { AWS_REGION: 'x' } }, 'reserved keys'],
    ['more than 4 KB of variables', { variables: { LONG: 'x'.repeat(4096) } }, '4KB limit'],
    ['a runtime that is no Node', { runtime: 'python3.13' }, 'Node.js functions'],
    ['a Node that is not installed', { runtime: 'nodejs98.x' }, 'needs Node 98'],
    ['six layers', { layers: Array(6).fill({ arn: 'a', folder: 'f' }) }, 'at most 5'],
  ])('refuse %s', (_name, changes, message) => {
    expect(() => cloud.create('refused', answering('x'), changes)).toThrow(message);
    expect(functions.exists('refused')).toBe(false);
  });

  test('refuse a role that Lambda may not assume', async () => {
    const other = testCloud({ roles: { mayAssume: () => false } });
    expect(() => other.create('refused', answering('x'))).toThrow('cannot be assumed by Lambda');
    await other.end();
  });

  test('are there again after a restart, with versions and aliases', async () => {
    const kept = testCloud({ state: true });
    try {
      kept.create('kept', answering('still here'));
      kept.lambda.functions.publish('kept');
      kept.lambda.functions.createAlias('kept', { name: 'live', functionVersion: '1', description: '', weights: {} });
      await kept.restart();
      expect((await kept.call('kept', {}, 'live')).result).toBe('still here');
    } finally {
      await kept.end();
    }
  });
});

describe('Reserved concurrency', () => {
  test('throttles what goes beyond it, and gives way when it is free again', async () => {
    cloud.create('narrow', code('async ({ ms }) => new Promise((done) => setTimeout(done, ms, "done"))'));
    cloud.lambda.reserveConcurrency('narrow', 1);
    const first = cloud.call('narrow', { ms: 300 });
    await expect(cloud.call('narrow', { ms: 0 })).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    expect((await first).result).toBe('done');
    expect((await cloud.call('narrow', { ms: 0 })).result).toBe('done');
    expect(cloud.of('invocation-throttled')).toEqual([
      { type: 'invocation-throttled', functionName: 'narrow', version: '$LATEST', kind: 'synchronous' },
    ]);
  });

  test('leaves a hundred executions to the others', () => {
    cloud.create('greedy', answering('x'));
    expect(() => cloud.lambda.reserveConcurrency('greedy', 950)).toThrow('minimum value of [100]');
    cloud.lambda.reserveConcurrency('greedy', 0);
    cloud.lambda.reserveConcurrency('greedy', undefined);
  });
});

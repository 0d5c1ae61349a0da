import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { code, testCloud, type TestCloud } from '../lambda/support/cloud.ts';
import { untilPassing } from '../support/until-passing.ts';
import { freshSeed } from '../../src/core/random.ts';

const INVOCATIONS = 2000;
const SHARE = 0.1;
/** So near to its mean, 200, the new version's count must be: within a good five standard deviations. */
const TOLERANCE = 72;

/** Of one kind; a second or two on a machine that has nothing else to do, a minute on one that has much. */
const DEADLINE_MS = 240_000;

jest.setTimeout(2 * DEADLINE_MS);

/** Another one every time, so that the test says something about all of them; told where it fails. */
const seed = freshSeed();

let cloud: TestCloud;
beforeAll(() => {
  cloud = testCloud({ seed });
  const { functions } = cloud.lambda;
  cloud.create('worker', code('async () => "one"'));
  functions.publish('worker');
  cloud.lambda.updateFunction(cloud.spec('worker', code('async () => "two"')));
  functions.publish('worker');
  functions.createAlias('worker', { name: 'live', functionVersion: '1', description: '', weights: { '2': SHARE } });
});
afterAll(() => cloud.end());

const target = { functionName: 'worker', qualifier: 'live' };

/** How many invocations of a kind ran each version. */
function counts(kind: 'synchronous' | 'asynchronous' | 'poll'): Record<string, number> {
  const versions = cloud.of('invocation-ended').flatMap((event) => (event.kind === kind ? [event.version] : []));
  return { '1': versions.filter((one) => one === '1').length, '2': versions.filter((one) => one === '2').length };
}

function expectAsWeighted(kind: Parameters<typeof counts>[0]): void {
  const { '1': ofCurrent = 0, '2': ofNew = 0 } = counts(kind);
  expect({ seed, invocations: ofCurrent + ofNew }).toEqual({ seed, invocations: INVOCATIONS });
  const isNear = Math.abs(ofNew - INVOCATIONS * SHARE) < TOLERANCE;
  expect({ seed, ofNew, isNear }).toEqual({ seed, ofNew, isNear: true });
}

test('chance alone fails the three tests below less than once in a million runs; a share of 5 or 16 percent is noticed', () => {
  const isNear = (count: number): boolean => Math.abs(count - INVOCATIONS * SHARE) < TOLERANCE;
  /** How probable it is that a version with this share is taken for one with a tenth. */
  const taken = (share: number): number =>
    Array.from({ length: INVOCATIONS + 1 }, (_, count) => count)
      .filter(isNear)
      .reduce((sum, count) => sum + binomial(INVOCATIONS, share, count), 0);
  expect(3 * (1 - taken(SHARE))).toBeLessThan(1e-6);
  expect(taken(0.05)).toBeLessThan(0.01);
  expect(taken(0.16)).toBeLessThan(0.01);
});

test('2,000 synchronous invocations split as the alias says', async () => {
  const atOnce = 8;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let call = 0; call < INVOCATIONS / atOnce; call += 1) await cloud.call('worker', {}, 'live');
    }),
  );
  expectAsWeighted('synchronous');
});

test('2,000 asynchronous invocations split as the alias says', async () => {
  for (let event = 0; event < INVOCATIONS; event += 1) cloud.lambda.enqueue(target, '{}');
  await untilPassing(() => expect(cloud.lambda.queuedEvents()).toBe(0), DEADLINE_MS);
  expectAsWeighted('asynchronous');
});

test('2,000 batches of one message split as the alias says', async () => {
  cloud.queues.send(...Array.from({ length: INVOCATIONS }, (_, index) => String(index)));
  const { uuid } = await cloud.lambda.mappings.create({
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    target,
    enabled: true,
    batchSize: 1,
    windowSeconds: 0,
    reportBatchItemFailures: false,
    maximumConcurrency: undefined,
    filters: [],
  });
  await untilPassing(() => expect(cloud.queues.deleted).toHaveLength(INVOCATIONS), DEADLINE_MS);
  cloud.lambda.mappings.delete(uuid);
  expectAsWeighted('poll');
});

/** The probability of exactly `count` of `trials`, by logarithms: the factorials are beyond any number. */
function binomial(trials: number, share: number, count: number): number {
  const choices = logFactorial(trials) - logFactorial(count) - logFactorial(trials - count);
  return Math.exp(choices + count * Math.log(share) + (trials - count) * Math.log(1 - share));
}

const logFactorials = [0];
function logFactorial(of: number): number {
  for (let next = logFactorials.length; next <= of; next += 1) {
    logFactorials.push((logFactorials.at(-1) ?? 0) + Math.log(next));
  }
  return logFactorials[of] ?? 0;
}

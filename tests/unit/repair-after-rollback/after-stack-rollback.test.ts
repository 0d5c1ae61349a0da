import { expect, test } from '@jest/globals';

import { rolledBackDeployments } from '../../../functions/repair-after-rollback/after-stack-rollback.ts';
import { TransientError } from '../../../functions/shared/images/errors.ts';

const now = new Date('2026-05-02T12:00:00Z');

type Shifts = Readonly<Record<string, [from: string, to: string]>>;

/** Deployments by id, the oldest is number 1: from which version to which. */
function afterRollback(
  { succeeded, others = {} }: { succeeded: Shifts; others?: Shifts },
  serving: number | undefined,
  unknown: readonly string[] = [],
) {
  const asked: Date[] = [];
  const found = rolledBackDeployments({
    deploymentsSince: async (since) => {
      asked.push(since);
      return { succeeded: Object.keys(succeeded), others: Object.keys(others) };
    },
    describeRelease: async (id) => {
      if (unknown.includes(id)) throw new Error(`nobody knows what ${id} is about`);
      const [currentVersion = '', targetVersion = ''] = { ...succeeded, ...others }[id] ?? [];
      const startedAt = `2026-05-02T0${id.replace('d-', '')}:00:00.000Z`;
      const functionName = id === 'd-9' ? 'cron' : 'worker';
      return { functionName, alias: 'live', currentVersion, targetVersion, startedAt };
    },
    recipeOf: (functionName) => (functionName === 'worker' ? 'thumbnails' : undefined),
    servingVersion: async (functionName) => {
      if (functionName !== 'worker') throw new Error(`the role may not see the aliases of ${functionName}`);
      return serving;
    },
    now: () => now,
  });
  return { found, asked };
}

test('names the deployments to versions above the one that is live, of the last day', async () => {
  const { found, asked } = afterRollback({ succeeded: { 'd-3': ['7', '8'], 'd-2': ['6', '7'], 'd-1': ['5', '6'] } }, 7);
  expect(await found).toEqual(['d-3']);
  expect(asked).toEqual([new Date('2026-05-01T12:00:00Z')]);
});

test('names none that went back itself, nor one whose version is live', async () => {
  expect(await afterRollback({ succeeded: { 'd-2': ['8', '7'], 'd-1': ['6', '7'] } }, 7).found).toEqual([]);
});

test('names a version that was taken back though the next release serves already', async () => {
  expect(await afterRollback({ succeeded: { 'd-2': ['1', '3'], 'd-1': ['1', '2'] } }, 3).found).toEqual(['d-1']);
});

test('names a version that was taken back though the next release shifts traffic', async () => {
  const deployed = { succeeded: { 'd-1': ['1', '2'] }, others: { 'd-2': ['1', '3'] } } satisfies Record<string, Shifts>;
  expect(await afterRollback(deployed, undefined).found).toEqual(['d-1']);
});

test('names a version that is being taken back by a deployment of its own', async () => {
  const deployed = { succeeded: { 'd-1': ['1', '2'] }, others: { 'd-2': ['2', '1'] } } satisfies Record<string, Shifts>;
  expect(await afterRollback(deployed, undefined).found).toEqual(['d-1']);
});

test('leaves a version alone that the next release was made over', async () => {
  expect(await afterRollback({ succeeded: { 'd-2': ['2', '3'], 'd-1': ['1', '2'] } }, 3).found).toEqual([]);
  const shifting = { succeeded: { 'd-1': ['1', '2'] }, others: { 'd-2': ['2', '3'] } } satisfies Record<string, Shifts>;
  expect(await afterRollback(shifting, undefined).found).toEqual([]);
});

test('leaves functions alone that make no outputs', async () => {
  expect(await afterRollback({ succeeded: { 'd-9': ['7', '8'], 'd-1': ['7', '8'] } }, 7).found).toEqual(['d-1']);
});

test('asks to be tried again where traffic is shared and nothing says from which version', async () => {
  await expect(afterRollback({ succeeded: { 'd-1': ['7', '8'] } }, undefined).found).rejects.toThrow(TransientError);
});

test('goes without a deployment that failed and that nothing is known about, but not without one that succeeded', async () => {
  const deployed = { succeeded: { 'd-1': ['7', '8'] }, others: { 'd-2': ['', ''] } } satisfies Record<string, Shifts>;
  expect(await afterRollback(deployed, 7, ['d-2']).found).toEqual(['d-1']);
  await expect(afterRollback(deployed, 7, ['d-1']).found).rejects.toThrow('d-1');
});

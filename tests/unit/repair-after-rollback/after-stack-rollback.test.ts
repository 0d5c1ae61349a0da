import { expect, test } from '@jest/globals';

import { rolledBackDeployments } from '../../../functions/repair-after-rollback/after-stack-rollback.ts';

const now = new Date('2026-05-02T12:00:00Z');

/** Deployments that succeeded, newest first, by id: from which version to which. */
function afterRollback(deployed: Readonly<Record<string, [string, string]>>, serving: number | undefined) {
  const asked: Date[] = [];
  const found = rolledBackDeployments({
    succeededSince: async (since) => {
      asked.push(since);
      return Object.keys(deployed);
    },
    describeRelease: async (id) => {
      const [currentVersion = '', targetVersion = ''] = deployed[id] ?? [];
      return { functionName: 'worker', alias: 'live', currentVersion, targetVersion, startedAt: now.toISOString() };
    },
    servingVersion: async () => serving,
    now: () => now,
  });
  return { found, asked };
}

test('names the deployments to versions above the one that is live, of the last day', async () => {
  const { found, asked } = afterRollback({ 'd-3': ['7', '8'], 'd-2': ['6', '7'], 'd-1': ['5', '6'] }, 7);
  expect(await found).toEqual(['d-3']);
  expect(asked).toEqual([new Date('2026-05-01T12:00:00Z')]);
});

test('names none that went back itself, nor one whose version is live', async () => {
  expect(await afterRollback({ 'd-2': ['8', '7'], 'd-1': ['6', '7'] }, 7).found).toEqual([]);
});

test('names none while traffic is shared: its end is told by another event', async () => {
  expect(await afterRollback({ 'd-1': ['7', '8'] }, undefined).found).toEqual([]);
});

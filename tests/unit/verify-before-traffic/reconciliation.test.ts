import { describe, expect, test } from '@jest/globals';

import { withinLimits } from '../../../functions/reconcile-images/within-limits.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { createInMemoryReconciliation, type Defect } from './in-memory-reconciliation.ts';

test('a good version passes, and the trial leaves nothing behind', async () => {
  const reconciliation = createInMemoryReconciliation();

  expect(await reconciliation.verify()).toEqual({ failures: [], report: 's3://thumbnails/reports/d-EXAMPLE11' });

  const [report] = reconciliation.reports;
  expect(report?.cases.map(({ name, planned }) => [name, planned.map(({ act, findings }) => findings ?? act)])).toEqual(
    [
      ['lost-record.jpg', [['no record', 'no record']]],
      ['missing-output.jpg', [['missing outputs']]],
      ['orphan.jpg', ['delete']],
      ['older-recipe.jpg', [['older recipe']]],
      ['gone.jpg', [['original gone']]],
      ['intact.jpg', []],
    ],
  );
  expect(report).toMatchObject({ verdict: 'Succeeded', deadLetters: { 'a-queue': 2 }, pictures: [] });
  expect([...reconciliation.outputs.keys()]).toEqual([reconciliation.ofUser]);
  expect([...reconciliation.pictures.keys(), ...reconciliation.table.keys(), ...reconciliation.warnings]).toEqual([]);
});

const noneNamed: Defect = {
  ports: (ports) => {
    const forgetful = async () => undefined;
    return {
      ...ports,
      readRecords: async (keys) => (await ports.readRecords(keys)).map((record) => ({ ...record, outputs: [] })),
      readRecord: forgetful,
    };
  },
};

const defects: Record<string, [defect: Defect, told: RegExp]> = {
  'deletes live outputs': [noneNamed, /^(?:orphan|intact)\.jpg: the live output thumbnails\/.* is deleted$/mu],
  'deletes nothing': [
    { ports: (ports) => ({ ...ports, deleteOutputs: async () => undefined }) },
    /the orphan .* still exists/u,
  ],
  'finds no originals': [
    { ports: (ports) => ({ ...ports, listOriginals: async () => ({ items: [] }) }) },
    /^the function failed: ImplausibleListingError/mu,
  ],
  'takes what exists for gone': [
    {
      ports: (ports) => ({
        ...ports,
        listOriginals: async (after) => ({
          items: (await ports.listOriginals(after)).items.filter(({ key }) => !key.endsWith('intact.jpg')),
        }),
        headOriginal: async () => undefined,
      }),
    },
    /^intact\.jpg: it plans to announce .* \(original gone\)$/mu,
  ],
  'marks nothing': [
    { ports: (ports) => ({ ...ports, writeRecord: async () => 'written', announce: async () => undefined }) },
    /^older-recipe\.jpg: no record of it is marked stale/mu,
  ],
  'announces to no one': [
    { ports: (ports) => ({ ...ports, announce: async () => undefined }) },
    /^lost-record\.jpg: it was announced, and has no record after 60 s$/mu,
  ],
  'cannot announce': [
    { ports: (ports) => ({ ...ports, announce: async () => Promise.reject(new Error('AuthorizationError')) }) },
    /^its summary says failed: 4, not 0$/mu,
  ],
  'does not wait for events': [
    { event: (event) => ({ ...event, graceMinutes: 0 }) },
    /does not leave young images alone/u,
  ],
  'does not wait for attempts': [
    { event: (event) => ({ ...event, orphanMinutes: 0 }) },
    /does not leave young images alone/u,
  ],
  'believes every listing': [
    { event: (event) => ({ ...event, evenIfImplausible: true }) },
    /^it believes an empty listing/mu,
  ],
  crashes: [
    {
      ports: (ports) => ({
        ...ports,
        readRecords: async () => Promise.reject(new Error('x')),
        readRecord: async () => Promise.reject(new Error('x')),
      }),
    },
    /./u,
  ],
  'answers nonsense': [{ instead: () => 'done' }, /^the function failed: it answered "done", and no summary$/mu],
  'reaches out of its limits': [
    {
      instead: () => ({
        announced: 4,
        deleted: 1,
        failed: 0,
        planned: [{ act: 'delete', key: 'thumbnails/x/y/1.webp' }],
      }),
    },
    /^it plans to delete thumbnails\/x\/y\/1\.webp, which is none of the images that it was given$/mu,
  ],
};

describe('a version is refused that', () => {
  test.each(Object.entries(defects))('%s', async (_, [defect, told]) => {
    const reconciliation = createInMemoryReconciliation();
    const { failures } = await reconciliation.verify(defect);

    expect(failures.join('\n')).toMatch(told);
    expect(reconciliation.reports[0]).toMatchObject({ verdict: 'Failed' });
    // Whatever it did, the user's output is there and the trial's are gone.
    expect([...reconciliation.outputs.keys()]).toEqual([reconciliation.ofUser]);
    expect([...reconciliation.pictures.keys(), ...reconciliation.table.keys()]).toEqual([]);
  });
});

test('what a trial has left that died is cleared away by the next one', async () => {
  const reconciliation = createInMemoryReconciliation();
  const folder = 'd-BEFORE/5/reconcile-images/';
  reconciliation.put(reconciliation.pictures, `${folder}intact.jpg`);
  const left = `renditions/${imageId({ bucket: 'verification', key: `${folder}gone.jpg` })}/planted/1280.webp`;
  reconciliation.put(reconciliation.outputs, left);
  reconciliation.clock.now += 21 * 60_000;

  await reconciliation.verify();

  expect([...reconciliation.outputs.keys()]).toEqual([reconciliation.ofUser]);
  expect(reconciliation.pictures.size).toBe(0);
});

test('a run within limits cannot write, announce or delete anything else, whatever its plan says', async () => {
  const { reconcilePorts, table } = createInMemoryReconciliation();
  const inside = { bucket: 'verification', key: 'd-1/7/a.jpg' };
  const nothing = async () => [];
  const trial = { bucket: 'verification', listOriginals: nothing, listOutputs: nothing };
  const ports = withinLimits(reconcilePorts, trial, { prefix: 'd-1/7/', names: ['a.jpg'] });
  const id = imageId(inside);
  const outside = 'f'.repeat(64);

  await expect(ports.deleteOutputs([`thumbnails/${id}/x/1.webp`])).resolves.toBeUndefined();
  await expect(ports.deleteOutputs([`thumbnails/${id}/x/1.webp`, `thumbnails/${outside}/x/1.webp`])).rejects.toThrow(
    /outside the limits of this trial: a deletion was not done/u,
  );
  await expect(ports.announce({ bucket: 'uploads', key: 'd-1/7/a.jpg' }, [])).rejects.toThrow(/outside the limits/u);
  const record = { imageId: outside, recipe: 'thumbnails' } as Parameters<typeof ports.writeRecord>[0];
  await expect(ports.writeRecord(record, 0, [])).rejects.toThrow(/outside the limits/u);
  expect(table.size).toBe(0);
  expect(await ports.readCursor()).toBeUndefined();
});

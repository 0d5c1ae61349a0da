import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { readOptions } from '../../../functions/reconcile-images/options.ts';
import { InvalidEventError } from '../../../functions/shared/images/errors.ts';

const usual = { evenIfImplausible: false, graceMs: 900_000, orphanAgeMs: 3_600_000 };

test('the schedule confirms deletions, and asks for nothing else', () => {
  const file = join(import.meta.dirname, '../../../events/reconcile-images/schedule.json');
  const event: unknown = JSON.parse(readFileSync(file, 'utf8'));
  expect(readOptions(event)).toEqual({ ...usual, deletes: true, isScheduled: true, full: false });
});

test.each([{}, undefined, null, { detail: '{}', source: 'aws.scheduler' }])('%j deletes nothing', (event) => {
  expect(readOptions(event)).toEqual({ ...usual, deletes: false, isScheduled: false, full: false });
});

test('an operator can ask for more', () => {
  expect(readOptions({ evenIfImplausible: true, graceMinutes: 0, pass: 'full' })).toEqual({
    ...{ evenIfImplausible: true, graceMs: 0, orphanAgeMs: 3_600_000 },
    ...{ deletes: false, isScheduled: false, full: true },
  });
});

test('a trial may delete the orphans of its own images, of any age', () => {
  const limits = { prefix: 'd-1/7/', names: ['a.jpg'] };
  expect(readOptions({ verification: limits, graceMinutes: 0, orphanMinutes: 0 })).toEqual({
    ...{ evenIfImplausible: false, graceMs: 0, orphanAgeMs: 0 },
    ...{ deletes: true, isScheduled: false, full: true, limits },
  });
});

test.each([
  { evenIfImplausible: 'yes' },
  { graceMinutes: -1 },
  { graceMinutes: '5' },
  { graceMinutes: Number.NaN },
  { pass: 'half' },
  { confirmDeletions: 'yes' },
  { orphanMinutes: 0 },
  { orphanMinutes: 0, confirmDeletions: true },
  { verification: {} },
  { verification: { prefix: '', names: ['a'] } },
  { verification: { prefix: '/', names: ['a'] } },
  { verification: { prefix: 'd-1', names: ['a'] } },
  { verification: { prefix: 'd-1/', names: [] } },
  { verification: { prefix: 'd-1/', names: [7] } },
  { verification: { prefix: 'd-1/', names: ['a'] }, confirmDeletions: true },
])('%j is refused', (event) => {
  expect(() => readOptions(event)).toThrow(InvalidEventError);
});

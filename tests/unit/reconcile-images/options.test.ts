import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { readOptions } from '../../../functions/reconcile-images/options.ts';
import { InvalidEventError } from '../../../functions/shared/images/errors.ts';

test('the schedule asks for nothing special', () => {
  const file = join(import.meta.dirname, '../../../events/reconcile-images/schedule.json');
  expect(readOptions(JSON.parse(readFileSync(file, 'utf8')))).toEqual({ evenIfImplausible: false, graceMs: 900_000 });
});

test('a person may ask for more', () => {
  expect(readOptions({ evenIfImplausible: true, graceMinutes: 0 })).toEqual({ evenIfImplausible: true, graceMs: 0 });
});

test.each([{ evenIfImplausible: 'yes' }, { graceMinutes: -1 }, { graceMinutes: '5' }, { graceMinutes: Number.NaN }])(
  'but not for %j',
  (event) => {
    expect(() => readOptions(event)).toThrow(InvalidEventError);
  },
);

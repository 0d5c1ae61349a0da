import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { deploymentOf, isStackRollback } from '../../../functions/repair-after-rollback/deployment-event.ts';
import { InvalidEventError } from '../../../functions/shared/images/errors.ts';

const sample = (file: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../events/repair-after-rollback', file), 'utf8'));

test.each(['deployment-failed.json', 'deployment-stopped.json'])('%s names its deployment', (file) => {
  expect(deploymentOf(sample(file))).toBe('d-EXAMPLE11');
});

test('so does what a person sends', () => {
  expect(deploymentOf({ detail: { deploymentId: 'd-EXAMPLE22' } })).toBe('d-EXAMPLE22');
});

test.each([
  undefined,
  {},
  { detail: {} },
  { detail: { deploymentId: 'd/../x' } },
  { detail: { deploymentId: 'd-EXAMPLE11', state: 'SUCCESS' } },
])('%j does not', (event) => {
  expect(() => deploymentOf(event)).toThrow(InvalidEventError);
});

test('a rollback of the stack is told from everything else that CloudFormation or CodeDeploy says', () => {
  expect(isStackRollback(sample('stack-rolled-back.json'))).toBe(true);
  const others = [undefined, {}, { detail: { 'status-details': { status: 'UPDATE_COMPLETE' } } }];
  for (const event of [...others, sample('deployment-failed.json')]) expect(isStackRollback(event)).toBe(false);
});

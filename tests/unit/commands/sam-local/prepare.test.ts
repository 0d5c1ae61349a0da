import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventsOf, folderOf } from '../../../../commands/check-sam-local/functions.ts';
import { describeOutcome } from '../../../../commands/check-sam-local/outcome.ts';
import { portsOf } from '../../../../commands/sam-local/prepare.ts';
import { environmentFile } from '../../../../commands/sam-local/variables.ts';
import { readTemplate, repository } from '../../../template/template.ts';

test('a function of a nested stack has its variables under the name that the SAM CLI calls it by', () => {
  const file = environmentFile([
    { path: 'ListFunction', logicalId: 'ListFunction', name: 'list', variables: { A: '1' } },
    { path: 'Inner/ListFunction', logicalId: 'ListFunction', name: 'inner-list', variables: { A: '2' } },
  ]);
  expect(JSON.parse(file)).toEqual({ ListFunction: { A: '1' }, 'Inner/ListFunction': { A: '2' } });
});

test('every port of this machine that a function is told to call is forwarded, once', () => {
  const text =
    'http://127.0.0.1:4566 {"URL":"http://127.0.0.1:4566/q","PAGE":"http://localhost:3000/","AWS":"https://sqs"}';
  expect(portsOf(text)).toEqual([4566, 3000]);
});

test('every function of the template has events in a folder of its name', () => {
  const functions = Object.entries(readTemplate().Resources).filter(
    ([, { Type }]) => Type === 'AWS::Serverless::Function',
  );
  expect(functions.length).toBeGreaterThan(5);
  for (const [id] of functions) {
    expect(readdirSync(join(repository, 'events'))).toContain(folderOf(id));
    expect(eventsOf(repository, id).length).toBeGreaterThan(0);
  }
  expect(eventsOf(repository, 'NoSuchFunction')).toEqual([]);
});

test('an outcome is the kind of an answer, or the name of an error: ids and times may differ', () => {
  expect(describeOutcome(false, 'null')).toBe('answers null');
  expect(describeOutcome(false, '')).toBe('answers null');
  expect(describeOutcome(false, '{"b":1,"a":{}}')).toBe(describeOutcome(false, '{"a":2,"b":3}'));
  expect(describeOutcome(false, '{"a":1}')).not.toBe(describeOutcome(false, '{"b":1}'));
  expect(describeOutcome(true, '{"errorType":"TransientError","errorMessage":"x"}')).toBe('throws TransientError');
});

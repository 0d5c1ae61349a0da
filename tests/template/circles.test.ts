import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findCircles } from 'local-cloud/template';
import { parameterValues } from 'local-cloud/template';
import { expandServerless } from 'local-cloud/template';
import { createScope } from 'local-cloud/template';
import { readTemplate, type Template } from 'local-cloud/template';
import { repository } from './template.ts';

const stacks = join(repository, 'stacks');
const nested = existsSync(stacks) ? readdirSync(stacks).filter((name) => name.endsWith('.yaml')) : [];
const files = ['template.yaml', ...nested.map((name) => join('stacks', name))];

/** As CloudFormation gets it; nothing is built. Parameters that a nested template has from its parent are any text. */
function transformed(file: string): Template {
  const template = readTemplate(readFileSync(join(repository, file), 'utf8'), file);
  const given = Object.entries(template.parameters).flatMap(([name, { Default, AllowedValues: allowed }]) => {
    if (Default !== undefined) return [];
    const [first] = Array.isArray(allowed) ? (allowed as unknown[]) : [];
    return [[name, typeof first === 'string' ? first : 'any'] as const];
  });
  const parameters = parameterValues(template, Object.fromEntries(given));
  const artifacts = new Map(
    Object.keys(template.resources).map((id) => [id, { Folder: `/built/${id}`, Sha256: 'ab'.repeat(32) }]),
  );
  const place = {
    stackName: 'app',
    stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/app/1',
    region: 'us-east-1',
    accountId: '000000000000',
  };
  return expandServerless(template, artifacts, createScope(template, { ...place, parameters }));
}

// The linters read the template before SAM's transform and miss circles that go through what SAM adds, or through Fn::If.
test.each(files)('after the transform, no resources of %s wait for one another in a circle', (file) => {
  expect(findCircles(transformed(file))).toEqual([]);
});

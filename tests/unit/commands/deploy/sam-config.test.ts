import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readParameters, writeParameters } from '../../../../commands/deploy/parameters.ts';
import { configuredParameters, configuredStack } from '../../../../commands/deploy/sam-config.ts';
import { readTemplate, repository } from '../../../template/template.ts';

const section = (line: string): string => `[default.deploy.parameters]\nx = 1\n\n[dev.deploy.parameters]\n${line}\n`;

// What is not given, SAM keeps from the last release; but `sam build`, which makes the layer, knows only the template's default.
test.each(['dev', 'prod'])(
  'the repository configures %s as that stage, of one architecture, and forgets the ReleaseId of the last release',
  (stage) => {
    const toml = readFileSync(join(repository, 'samconfig.toml'), 'utf8');
    const { Architecture } = readTemplate().Parameters;
    expect(configuredParameters(toml, stage)).toEqual({
      Stage: stage,
      Architecture: Architecture?.Default,
      ReleaseId: '',
    });
  },
);

test.each(['default', 'dev', 'prod'])(
  '%s waits for the slowest of CodeDeploy’s own configurations, and takes nothing to release for no failure',
  (name) => {
    const toml = readFileSync(join(repository, 'samconfig.toml'), 'utf8');
    const [, table = ''] = toml.split(`[${name}.deploy.parameters]`);
    const [own = ''] = table.split('\n[');
    const [, minutes] = /^max_wait_duration = (\d+)/m.exec(own) ?? [];
    const slowest = 9 * 10 + 60; // Linear10PercentEvery10Minutes, and a hook that never answers
    expect(Number(minutes)).toBeGreaterThan(slowest);
    expect(own).toMatch(/^fail_on_empty_changeset = false/m);
  },
);

test.each([
  ['a list', 'parameter_overrides = ["Stage=dev", "AlarmEmail=ops@example.com"]'],
  [
    'a list over lines, with comments',
    'parameter_overrides = [\n  "Stage=dev", # why\n  \'AlarmEmail=ops@example.com\',\n]',
  ],
  ['one text', 'parameter_overrides = "Stage=dev AlarmEmail=\\"ops@example.com\\""'],
])('reads parameters from %s', (_, line) => {
  expect(configuredParameters(section(line), 'dev')).toEqual({ Stage: 'dev', AlarmEmail: 'ops@example.com' });
});

test.each([
  ['of every command', '[dev.global.parameters]\nstack_name = "shop"\n[dev.deploy.parameters]\nregion = "eu-west-1"'],
  [
    'of deploy, before that of every command',
    '[dev.global.parameters]\nstack_name = "other"\n' + section('stack_name = "shop"'),
  ],
])('reads the name of the stack %s', (_, toml) => {
  expect(configuredStack(toml, 'dev')).toMatchObject({ stackName: 'shop' });
});

test('says what a stack without a name lacks, and what is no TOML', () => {
  expect(() => configuredStack(section('x = 1'), 'dev')).toThrow(/no stack_name, nor has \[dev.global.parameters\]/);
  expect(() => configuredStack('[dev', 'dev')).toThrow(/samconfig.toml cannot be read: /);
});

test('reads no parameters where none are given', () => {
  expect(configuredParameters(section('stack_name = "a"'), 'dev')).toEqual({});
});

test.each([
  ['a stage that is not there', section(''), 'prod', /no \[prod.deploy.parameters\]/],
  ['a table', section('parameter_overrides = { Stage = "dev" }'), 'dev', /must be a list of texts/],
  ['a list of numbers', section('parameter_overrides = [1]'), 'dev', /must be a list of texts/],
  ['a text that is no parameter', section('parameter_overrides = ["dev"]'), 'dev', /"dev" is no parameter/],
])('says that it cannot read %s', (_, toml, stage, message) => {
  expect(() => configuredParameters(toml, stage)).toThrow(message);
});

describe('a parameter', () => {
  test.each([{ A: 'b' }, { A: '' }, { A: 'b c' }, { A: '"', B: 'c\\d' }, { A: "it's" }])(
    'is written so that it is read as it was: %j',
    (parameters) => {
      const texts = writeParameters(parameters);
      expect(readParameters(texts, 'here')).toEqual(parameters);
      expect(readParameters([texts.join(' ')], 'here')).toEqual(parameters);
    },
  );

  test.each(['A', 'A=', '=b', 'A=b c', 'A="b', ''])('is not what %j says', (text) => {
    expect(() => readParameters([text], 'here')).toThrow('here: ');
  });
});

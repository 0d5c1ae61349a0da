import { expect, test } from '@jest/globals';

import { readOptions } from '../../../../commands/rehearse/options.ts';
import { UsageError } from '../../../../commands/shared/target.ts';

test('a good release in a cloud of its own, by a canary, unless told otherwise', () => {
  expect(readOptions([])).toMatchObject({
    faults: [{ name: 'good' }],
    where: 'own',
    deploymentConfig: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
  });
  expect(readOptions(['--help'])).toBeUndefined();
});

test('--all is the good release and nine faults, each once', () => {
  const names = readOptions(['--all'])?.faults.map(({ name }) => name) ?? [];
  expect(names[0]).toBe('good');
  expect(new Set(names).size).toBe(10);
});

test('an endpoint means the cloud that runs there', () => {
  const endpoint = 'http://127.0.0.1:9999';
  expect(readOptions(['--endpoint', endpoint])).toMatchObject({ where: 'here', endpoint });
});

test('AWS goes by at its own speed', () => {
  expect(readOptions(['--stage', 'dev', '--type', 'Linear10PercentEvery1Minute'])).toMatchObject({
    where: 'dev',
    speed: 1,
    deploymentConfig: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
  });
});

test.each([
  [['--fault', 'sideways'], /no fault "sideways".*rotated/su],
  [['--all', '--fault', 'black'], /leave out --fault/u],
  [['--type', 'Canary50Percent'], /Canary10Percent5Minutes, .*not "Canary50Percent"/u],
  [['--stage', 'prod'], /local or dev, not "prod"/u],
  [['--stage', 'dev', '--speed', '10'], /leave out .*--speed/u],
  [['--speed', '0'], /above 0/u],
  [['--uploads-per-second', 'many'], /above 0, not "many"/u],
])('%j is a mistake that is told', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(message);
});

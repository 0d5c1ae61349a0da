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

test('a cloud of its own can hold back the targets of deployments', () => {
  expect(readOptions([])).toMatchObject({ targetsAfter: 0 });
  expect(readOptions(['--all', '--targets-after', '60'])).toMatchObject({ targetsAfter: 60 });
});

test('--stage dev runs at real speed', () => {
  expect(readOptions(['--stage', 'dev', '--type', 'Linear10PercentEvery1Minute'])).toMatchObject({
    where: 'dev',
    speed: 1,
    deploymentConfig: 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute',
  });
});

test.each([
  [['--fault', 'sideways'], /no fault "sideways".*rotated/su],
  [['--all', '--fault', 'black'], /Omit --fault/u],
  [['--type', 'Canary50Percent'], /Canary10Percent5Minutes, .*not "Canary50Percent"/u],
  [['--stage', 'prod'], /local or dev, not "prod"/u],
  [['--stage', 'dev', '--speed', '10'], /Omit .*--speed/u],
  [['--speed', '0'], /above 0/u],
  [['--here', '--targets-after', '60'], /requires a separate local cloud/u],
  [['--targets-after', '0'], /above 0/u],
  [['--uploads-per-second', 'many'], /above 0, not "many"/u],
])('rejects %j with an error that names the mistake', (args, message) => {
  expect(() => readOptions(args)).toThrow(UsageError);
  expect(() => readOptions(args)).toThrow(message);
});

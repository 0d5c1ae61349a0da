import { describe, expect, test } from '@jest/globals';
import { readArguments, UsageError } from '../../src/cli/arguments.ts';
import { assumed } from '../../src/core/undocumented.ts';

describe('the command line', () => {
  test('has defaults for everything', () => {
    expect(readArguments(['start'])).toMatchObject({
      template: 'template.yaml',
      stackName: 'local',
      parameters: {},
      port: 4566,
      state: '.local',
      reset: false,
      clock: 1,
      show: [],
      undocumented: assumed,
      keepWarm: [],
      verbose: false,
      askParent: false,
    });
  });

  test('takes parameters as the SAM CLI does, and again', () => {
    expect(
      readArguments(['start', '--parameter-overrides', 'A=1', 'B=x=y', '--port', '0', '--parameter-overrides', 'C=']),
    ).toMatchObject({ parameters: { A: '1', B: 'x=y', C: '' }, port: 0 });
    expect(readArguments(['start', '--api-port', '3001'])).toMatchObject({ port: 4566, apiPort: 3001 });
  });

  test('says how the cloud does what AWS does not document', () => {
    const args = ['--targets-after', '30', '--rollback-through', 'codedeploy', '--cancelled-deployments', 'continue'];
    expect(readArguments(['start', ...args])).toMatchObject({
      undocumented: { targetsAfterMs: 30_000, rollbackThrough: 'codedeploy', cancelledDeployments: 'continue' },
    });
  });

  test('takes hosts that are answered, as often as it is asked to', () => {
    expect(readArguments(['start'])).toMatchObject({ allowHosts: [] });
    expect(readArguments(['start', '--allow-host', '172.17.0.1', '--allow-host', '::1'])).toMatchObject({
      allowHosts: ['172.17.0.1', '::1'],
    });
  });

  test('asks for help', () => {
    for (const args of [[], ['--help'], ['start', '--help'], ['start', '-h']])
      expect(readArguments(args)).toBeUndefined();
  });

  test.each([
    [['stop'], 'There is no command "stop"'],
    [['start', '--prot', '1'], "Unknown option '--prot'"],
    [['start', '--port', 'many'], '--port cannot be "many"'],
    [['start', '--port', '65536'], '--port cannot be'],
    [['start', '--api-port', '-1'], '--api-port'],
    [['start', '--api-port', 'x'], '--api-port cannot be "x"'],
    [['start', '--allow-host', '172.17.0.1:4566'], '--allow-host cannot be "172.17.0.1:4566"'],
    [['start', '--allow-host', '*'], '--allow-host cannot be'],
    [['start', '--clock', '0'], '--clock cannot be'],
    [['start', '--processes', '0'], '--processes cannot be'],
    [['start', '--targets-after=-1'], '--targets-after cannot be'],
    [['start', '--rollback-through', 'sns'], 'it takes lambda or codedeploy'],
    [['start', '--parameter-overrides', 'Stage'], '"Stage" is no parameter'],
  ])('refuses %j', (args, message) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(message);
  });
});

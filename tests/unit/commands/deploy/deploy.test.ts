import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { releaseId } from '../../../../commands/deploy/release-id.ts';
import { repository } from '../../../template/template.ts';
import { smallAws, type SmallStack } from './small-aws.ts';

/** A folder for `sam`, and for what that was called with. */
let folder = '';
const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('builds, then deploys the stage with its own ReleaseId, both with the parameters that are configured and given', async () => {
  install('1.170.0');
  const { status } = await deploy('--stage', 'prod', 'AlarmEmail=ops@example.com');
  const id = releaseId(repository, { Stage: 'prod', Architecture: 'arm64', AlarmEmail: 'ops@example.com' });
  const parameters = `--parameter-overrides Stage=prod Architecture=arm64 ReleaseId=${id} AlarmEmail=ops@example.com`;
  expect(status).toBe(0);
  expect(calls()).toEqual(['--version', `build ${parameters}`, `deploy --config-env prod ${parameters}`]);
});

test('--dry-run says what would be run, and runs nothing', async () => {
  install('1.170.0');
  const { status, stdout } = await deploy('--stage', 'dev', '--dry-run');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^sam build --parameter-overrides Stage=dev .*ReleaseId=(\w+)\nsam deploy .* ReleaseId=\1\n$/);
  expect(calls()).toEqual([]);
});

test('deploys nothing where the build fails', async () => {
  install('1.170.0', 'build');
  const { status, stderr } = await deploy('--stage', 'dev');
  expect(status).toBe(1);
  expect(stderr).toContain('"sam build" failed');
  expect(calls().map((call) => call.split(' ')[0])).toEqual(['--version', 'build']);
});

test.each([
  ['there is no sam', undefined, /cannot be started.*\nInstall it/],
  ['sam is old', '1.169.9', /This is SAM CLI 1.169.9;.*bring it up to date/],
])('says what to do where %s, without a stack trace', async (_, version, message) => {
  if (version !== undefined) install(version);
  const { status, stderr } = await deploy('--stage', 'dev');
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('    at ');
  expect(calls().filter((call) => call !== '--version')).toEqual([]);
});

test('after a rollback gives the same release another ReleaseId, of which Lambda publishes a version', async () => {
  install('1.170.0');
  const ordinary = releaseId(repository, { Stage: 'dev', Architecture: 'arm64' });
  await deployOver({ status: 'UPDATE_ROLLBACK_COMPLETE', updatedAt: '2026-05-01T12:00:00Z' }, '--stage', 'dev');
  expect(calls().at(-1)).toMatch(new RegExp(`ReleaseId=[0-9a-f]{6}${ordinary}( |$)`));
});

const arn = 'arn:aws:lambda:us-east-1:123456789012:function:thumbnails';
const resources = [
  ['GenerateThumbnailsFunctionAliaslive', 'AWS::Lambda::Alias', `${arn}:live`],
  ['GenerateThumbnailsFunctionVersion0123456789', 'AWS::Lambda::Version', `${arn}:7`],
  ['GenerateThumbnailsFunctionDeploymentGroup', 'AWS::CodeDeploy::DeploymentGroup', 'a-group'],
  // CloudFormation moves it without CodeDeploy, from wherever it is.
  [
    'RepairAfterRollbackFunctionAliaslive',
    'AWS::Lambda::Alias',
    'arn:aws:lambda:us-east-1:123456789012:function:r:live',
  ],
  [
    'RepairAfterRollbackFunctionVersion0123456789',
    'AWS::Lambda::Version',
    'arn:aws:lambda:us-east-1:123456789012:function:r:3',
  ],
] as const;
const moved = { FunctionVersion: '6' };
const shared = { FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: { '8': 0.1 } } };

test.each<[string, SmallStack, string[]]>([
  [
    'an alias was moved by hand',
    { status: 'UPDATE_COMPLETE', resources, aliases: { 'thumbnails:live': moved } },
    ['has version 6;', 'gave it version 7', 'update-alias --function-name thumbnails --name live --function-version 7'],
  ],
  [
    'an alias still shares its traffic',
    { status: 'UPDATE_ROLLBACK_COMPLETE', resources, aliases: { 'thumbnails:live': shared } },
    ['has version 7 and 10 % of version 8', '--routing-config AdditionalVersionWeights={}'],
  ],
  ['a rollback failed', { status: 'UPDATE_ROLLBACK_FAILED' }, ['UPDATE_ROLLBACK_FAILED', 'continue the rollback']],
  ['a release is in progress', { status: 'UPDATE_IN_PROGRESS' }, ['wait until it has ended']],
  ['the first deployment failed', { status: 'ROLLBACK_COMPLETE' }, ['delete-stack']],
])('builds nothing and says what to do first where %s', async (_, stack, said) => {
  install('1.170.0');
  const { status, stderr } = await deployOver(stack, '--stage', 'dev');
  expect(status).toBe(1);
  for (const words of said) expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at ');
  expect(calls()).toEqual(['--version']);
});

test('deploys where every alias is in its place, whatever hooks and repair have', async () => {
  install('1.170.0');
  const aliases = { 'thumbnails:live': { FunctionVersion: '7' } };
  expect(await deployOver({ status: 'UPDATE_COMPLETE', resources, aliases }, '--stage', 'dev')).toMatchObject({
    status: 0,
  });
});

test('after a deployment of prod protects the table against deletion, and deletes what is superfluous', async () => {
  install('1.170.0');
  const table = ['ImagesTable', 'AWS::DynamoDB::Table', 'images-1'] as const;
  const ended = await deployOver({ status: 'UPDATE_COMPLETE', resources: [table] }, '--stage', 'prod');
  expect(ended).toMatchObject({ status: 0, protectedTables: ['images-1'] });
  expect(ended.stdout).toContain('The table images-1 is now protected against deletion.');
  expect(ended.stdout).toContain('No version of a function or layer is superfluous.');
});

test('after a first deployment that failed says that the stack is empty and must be deleted', async () => {
  install('1.170.0', 'deploy');
  const { status, stderr } = await deployOver([undefined, { status: 'ROLLBACK_COMPLETE' }], '--stage', 'prod');
  expect(status).toBe(1);
  for (const words of ['"sam deploy" failed', 'is in ROLLBACK_COMPLETE', 'removed everything', 'delete-stack'])
    expect(stderr).toContain(words);
});

/** A `sam` that notes how it was called, and fails at one command. */
function install(version: string, failing = ''): void {
  const script = [
    '#!/bin/sh',
    `echo "$*" >> '${folder}/calls'`,
    `[ "$1" = --version ] && echo 'SAM CLI, version ${version}'`,
    `[ "$1" != '${failing}' ]`,
  ];
  writeFileSync(join(folder, 'sam'), `${script.join('\n')}\n`);
  chmodSync(join(folder, 'sam'), 0o755);
}

type Ended = { status: number | null; stdout: string; stderr: string; protectedTables: string[] };

/** Where nothing is deployed yet. */
const deploy = (...args: string[]): Promise<Ended> => deployOver(undefined, ...args);

/** A pair: the stack before the deployment, and as it is once `sam deploy` was called. */
async function deployOver(stack: SmallStack | undefined | [undefined, SmallStack], ...args: string[]): Promise<Ended> {
  const aws = await smallAws(() => {
    if (!Array.isArray(stack)) return stack;
    return stack[calls().some((call) => call.startsWith('deploy')) ? 1 : 0];
  });
  const env = {
    PATH: folder,
    ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: 'us-east-1' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  };
  const command = join(repository, 'commands', 'deploy.ts');
  const child = spawn(process.execPath, [command, ...args], { env });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  try {
    await once(child, 'close');
    return { status: child.exitCode, ...said, protectedTables: aws.protectedTables };
  } finally {
    await aws.end();
  }
}

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { releaseId } from '../../../../commands/deploy/release-id.ts';
import { repository } from '../../../template/template.ts';

/** A folder for `sam`, and for what that was called with. */
let folder = '';
const calls = (): string[] =>
  existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('builds, then deploys the stage with its own ReleaseId, both with the parameters that are configured and given', () => {
  install('1.170.0');
  const { status } = deploy('--stage', 'prod', 'AlarmEmail=ops@example.com');
  const id = releaseId(repository, { Stage: 'prod', Architecture: 'arm64', AlarmEmail: 'ops@example.com' });
  const parameters = `--parameter-overrides Stage=prod Architecture=arm64 ReleaseId=${id} AlarmEmail=ops@example.com`;
  expect(status).toBe(0);
  expect(calls()).toEqual(['--version', `build ${parameters}`, `deploy --config-env prod ${parameters}`]);
});

test('--dry-run says what would be run, and runs nothing', () => {
  install('1.170.0');
  const { status, stdout } = deploy('--stage', 'dev', '--dry-run');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^sam build --parameter-overrides Stage=dev .*ReleaseId=(\w+)\nsam deploy .* ReleaseId=\1\n$/);
  expect(calls()).toEqual([]);
});

test('deploys nothing where the build fails', () => {
  install('1.170.0', 'build');
  const { status, stderr } = deploy('--stage', 'dev');
  expect(status).toBe(1);
  expect(stderr).toContain('"sam build" failed');
  expect(calls().map((call) => call.split(' ')[0])).toEqual(['--version', 'build']);
});

test.each([
  ['there is no sam', undefined, /cannot be started.*\nInstall it/],
  ['sam is old', '1.169.9', /This is SAM CLI 1.169.9;.*bring it up to date/],
])('says what to do where %s, without a stack trace', (_, version, message) => {
  if (version !== undefined) install(version);
  const { status, stderr } = deploy('--stage', 'dev');
  expect(status).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('    at ');
  expect(calls().filter((call) => call !== '--version')).toEqual([]);
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

function deploy(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const command = join(repository, 'commands', 'deploy.ts');
  return spawnSync(process.execPath, [command, ...args], { env: { PATH: folder }, encoding: 'utf8' });
}

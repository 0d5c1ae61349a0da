import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { requireInstalled } from '../../../../commands/deploy/installed.ts';
import { repository } from '../../../template/template.ts';

const here = 'node_modules/here';
const elsewhere = 'node_modules/for-another-system';
const pinned = {
  '': { version: '0.1.0' },
  workspace: { version: '0.1.0' },
  [here]: { version: '1.2.3' },
  [elsewhere]: { version: '1.0.0', optional: true },
};

let folder = '';
const write = (path: string, packages: unknown): void =>
  writeFileSync(join(folder, path), JSON.stringify({ lockfileVersion: 3, packages }));
const installed = (packages: unknown): void => write('node_modules/.package-lock.json', packages);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'installed-'));
  mkdirSync(join(folder, 'node_modules'));
  write('package-lock.json', pinned);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('lets be deployed what npm ci has installed, here and in the repository', () => {
  installed({ workspace: { version: '0.1.0' }, [here]: { version: '1.2.3' } });
  expect(() => requireInstalled(folder)).not.toThrow();
  expect(() => requireInstalled(repository)).not.toThrow();
});

test.each([
  ['another version', { workspace: { version: '0.1.0' }, [here]: { version: '1.2.2' } }],
  ['a package too few', { workspace: { version: '0.1.0' } }],
])('says what to do where there is %s', (_, packages) => {
  installed(packages);
  expect(() => requireInstalled(folder)).toThrow(/^node_modules\/here is not installed as .* pins it: run "npm ci"/);
});

test('says it of an optional package of another version, and where nothing is installed', () => {
  expect(() => requireInstalled(folder)).toThrow('run "npm ci"');
  installed({ ...pinned, [elsewhere]: { version: '0.9.0' } });
  expect(() => requireInstalled(folder)).toThrow(elsewhere);
});

import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { LENGTH, releaseId } from '../../../../commands/deploy/release-id.ts';
import { readTemplate, repository } from '../../../template/template.ts';

const dev = { Stage: 'dev' };

/** A repository as small as it can be. */
let folder = '';
const write = (path: string, content = path): void => writeFileSync(join(folder, path), content);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-id-'));
  for (const path of ['functions/shared', 'functions/make', 'layers/sharp-arm64', 'docs']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  write('template.yaml');
  write('package-lock.json');
  write('tsconfig.json');
  write('functions/make/handler.ts');
  write('functions/shared/words.ts');
  write('layers/sharp-arm64/package-lock.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('is the same for the same content, wherever it lies, and in whatever order parameters are given', () => {
  const copy = mkdtempSync(join(tmpdir(), 'release-id-copy-'));
  cpSync(folder, copy, { recursive: true });
  const id = releaseId(folder, { Stage: 'dev', Architecture: 'arm64' });
  expect(releaseId(copy, { Architecture: 'arm64', Stage: 'dev' })).toBe(id);
  rmSync(copy, { recursive: true });
});

test('is a value that the template takes, as long as it says, of which SAM reads the first ten characters', () => {
  const id = releaseId(repository, dev);
  expect(id).toHaveLength(LENGTH);
  expect(LENGTH).toBeGreaterThanOrEqual(10);
  expect(id).toMatch(new RegExp(readTemplate().Parameters['ReleaseId']?.AllowedPattern ?? 'no pattern'));
});

test.each([
  'template.yaml',
  'package-lock.json',
  'tsconfig.json',
  'functions/shared/words.ts',
  'layers/sharp-arm64/package-lock.json',
])('is another one when %s changes', (path) => {
  const before = releaseId(folder, dev);
  write(path, 'something else');
  expect(releaseId(folder, dev)).not.toBe(before);
});

test('is the same however lines end, and another one for another picture', () => {
  const id = (content: string): string => {
    write('functions/make/made-of', content);
    return releaseId(folder, dev);
  };
  expect(id('const a = 1;\r\nconst b = 2;\r\n')).toBe(id('const a = 1;\nconst b = 2;\n'));
  expect(id('\x89PNG\r\n\x1a\n\0\r\n')).not.toBe(id('\x89PNG\r\n\x1a\n\0\n'));
});

test('is another one when a file is renamed, or comes to a hidden name that counts', () => {
  const before = releaseId(folder, dev);
  renameSync(join(folder, 'functions/shared/words.ts'), join(folder, 'functions/shared/terms.ts'));
  const renamed = releaseId(folder, dev);
  write('layers/sharp-arm64/.npmrc');
  expect(new Set([before, renamed, releaseId(folder, dev)]).size).toBe(3);
});

test('is another one when a parameter is given, changed, or moves between name and value', () => {
  const ids = [
    releaseId(folder, {}),
    releaseId(folder, dev),
    releaseId(folder, { Stage: 'prod' }),
    releaseId(folder, { ...dev, ReservedConcurrency: '5' }),
    releaseId(folder, { Stag: 'edev' }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('does not depend on the ReleaseId before, on documents, or on what builds leave', () => {
  const before = releaseId(folder, dev);
  write('docs/runbook.md');
  write('layers/sharp-arm64/README.md');
  mkdirSync(join(folder, 'layers/sharp-arm64/node_modules/sharp'), { recursive: true });
  write('layers/sharp-arm64/node_modules/sharp/index.js');
  symlinkSync(folder, join(folder, 'functions/make/linked'));
  expect(releaseId(folder, { ...dev, ReleaseId: before })).toBe(before);
});

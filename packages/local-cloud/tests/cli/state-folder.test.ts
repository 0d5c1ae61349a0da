import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { takeStateFolder } from '../../src/core/state-folder.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'state-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

test('counts the starts, and begins again after a reset', async () => {
  const path = join(parent, 'new', 'folder');
  const first = takeStateFolder(path);
  expect(first.starts).toBe(0);
  first.release();
  await writeFile(join(path, 'data'), 'x');
  const second = takeStateFolder(path);
  expect(second.starts).toBe(1);
  expect(existsSync(join(path, 'data'))).toBe(true);
  second.release();
  const third = takeStateFolder(path, { reset: true });
  expect(third.starts).toBe(0);
  expect(existsSync(join(path, 'data'))).toBe(false);
  third.release();
});

test('belongs to one cloud at a time', () => {
  const folder = takeStateFolder(parent);
  expect(() => takeStateFolder(parent)).toThrow(`is in use by another local cloud (process ${String(process.pid)})`);
  expect(() => takeStateFolder(parent, { reset: true })).toThrow('is in use');
  folder.release();
  takeStateFolder(parent).release();
});

test('is taken over from a cloud that ended without letting go', async () => {
  takeStateFolder(parent).release();
  // No process has this number: the kernel's limit is lower.
  await writeFile(join(parent, 'lock'), '99999999');
  takeStateFolder(parent).release();
});

test('of another version is refused, and can be reset', async () => {
  takeStateFolder(parent).release();
  await writeFile(join(parent, 'state.json'), '{"version":999,"starts":3}');
  expect(() => takeStateFolder(parent)).toThrow('another version of the local cloud. Run with --reset');
  expect(existsSync(join(parent, 'lock'))).toBe(false);
  takeStateFolder(parent, { reset: true }).release();
});

test('that holds something else is left alone', async () => {
  await writeFile(join(parent, 'thesis.txt'), 'years of work');
  expect(() => takeStateFolder(parent, { reset: true })).toThrow("not a local cloud's");
  expect(existsSync(join(parent, 'thesis.txt'))).toBe(true);
});

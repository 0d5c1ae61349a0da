import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

import { acquireLock } from '../../../../commands/rehearse/target/lock.ts';
import { UsageError } from '../../../../commands/shared/target.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'only-one-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a place is one rehearsal’s at a time; another place is not concerned', async () => {
  const release = await acquireLock('http://127.0.0.1:4566', folder);
  const second = acquireLock('http://127.0.0.1:4566', folder);
  await expect(second).rejects.toThrow(UsageError);
  await expect(second).rejects.toThrow(/under way at http:\/\/127\.0\.0\.1:4566/u);
  await (
    await acquireLock('http://127.0.0.1:4567', folder)
  )();
  await release();
  await (
    await acquireLock('http://127.0.0.1:4566', folder)
  )();
  expect(await readdir(folder)).toEqual([]);
});

test('a process that ended without a word does not keep its place', async () => {
  const ended = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  await once(ended, 'exit');
  await acquireLock('here', folder);
  const [file = ''] = await readdir(folder);
  await writeFile(join(folder, file), String(ended.pid));
  const release = await acquireLock('here', folder);
  await release();
});

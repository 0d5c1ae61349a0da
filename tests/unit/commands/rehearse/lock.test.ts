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

test('locks a target for one rehearsal; other targets are not affected', async () => {
  const release = await acquireLock('http://127.0.0.1:4566', folder);
  const second = acquireLock('http://127.0.0.1:4566', folder);
  await expect(second).rejects.toThrow(UsageError);
  await expect(second).rejects.toThrow(/already running against http:\/\/127\.0\.0\.1:4566/u);
  await (
    await acquireLock('http://127.0.0.1:4567', folder)
  )();
  await release();
  await (
    await acquireLock('http://127.0.0.1:4566', folder)
  )();
  expect(await readdir(folder)).toEqual([]);
});

test('takes over the lock of a process that no longer exists', async () => {
  const ended = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  await once(ended, 'exit');
  await acquireLock('here', folder);
  const [file = ''] = await readdir(folder);
  await writeFile(join(folder, file), String(ended.pid));
  const release = await acquireLock('here', folder);
  await release();
});

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { eventually } from '../../src/testing/eventually.ts';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a handler in a busy loop ends when the cloud is killed by %s',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'parent-test-'));
    writeFileSync(join(folder, 'handler.js'), 'exports.handler = async () => { for (;;); };');
    const cloud = spawn(process.execPath, [join(import.meta.dirname, 'support', 'busy-cloud.ts'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // Killed, it cannot clear away its own temporary folder.
      env: { ...process.env, TMPDIR: folder },
    });
    try {
      let said = '';
      cloud.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const pid = await eventually('the handler runs', () => Number(/pid=(\d+)/.exec(said)?.[1]) || undefined);
      expect(isAlive(pid)).toBe(true);
      cloud.kill(signal);
      await eventually('the handler has ended', () => !isAlive(pid));
    } finally {
      cloud.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

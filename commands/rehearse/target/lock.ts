import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../shared/target.ts';

/**
 * Locks a rehearsal target for this process and returns a function that unlocks it. Two rehearsals of one stack would each restore the
 * other's changes. Throws UsageError while another process on this machine holds the lock; takes over the lock of a process that no
 * longer exists.
 */
export async function acquireLock(target: string, folder = tmpdir()): Promise<() => Promise<void>> {
  const file = join(folder, `rehearsal-${createHash('sha256').update(target).digest('hex').slice(0, 16)}.pid`);
  for (let tries = 1; ; tries++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (tries > 1 || (pid > 0 && isAlive(pid)))
      throw new UsageError(
        `Another rehearsal is already running against ${target} (process ${String(pid)}). Wait for it to finish, or stop it.`,
      );
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

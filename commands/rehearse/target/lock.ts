import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../shared/target.ts';

/**
 * Claims a place for this process until what it gives is called: of two rehearsals in one stack, each would put back what it found of the
 * other. Throws UsageError while another process of this machine has it; one that ended without a word has it no more.
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
        `Another rehearsal is under way at ${target} (process ${String(pid)}): wait until it has ended, or stop it.`,
      );
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one as well.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

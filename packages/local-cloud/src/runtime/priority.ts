import { readdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets a process run only when nothing of normal priority wants the processor, so that background work does not slow down answers that
 * users wait for. There is no way back: raising a priority needs root. Does nothing if the process has ended.
 *
 * On Linux a priority belongs to a thread, and only threads that start later inherit it (setpriority(2), "C library/kernel differences").
 */
export function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    const ids = process.platform === 'linux' ? readdirSync(`/proc/${String(pid)}/task`).map(Number) : [pid];
    for (const id of ids) setPriority(id, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A process or a thread that has ended needs no processor.
  }
}

import { readFileSync } from 'node:fs';

/** Resident memory of a process and its peak, in MB; undefined where the system does not tell (anything but Linux) or the process is gone. */
export function memoryOf(pid: number | undefined): { now: number; peak: number } | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
    return { now: kilobytes('VmRSS') / 1024, peak: kilobytes('VmHWM') / 1024 };
  } catch {
    return undefined;
  }
}

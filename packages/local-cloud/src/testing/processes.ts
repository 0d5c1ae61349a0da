import { readdirSync, readFileSync } from 'node:fs';

/** A process below another one. */
export type Descendant = { pid: number; residentBytes: number };

/** All processes below `root`, by Linux's /proc; elsewhere none. */
export function descendants(root: number): Descendant[] {
  const parents = new Map<number, { parent: number; residentBytes: number }>();
  for (const name of listProcesses()) {
    const status = readStatus(name);
    if (status !== undefined) parents.set(Number(name), status);
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && (parent === root || isBelow(parent));
  };
  return [...parents].filter(([pid]) => isBelow(pid)).map(([pid, { residentBytes }]) => ({ pid, residentBytes }));
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Undefined when the process has ended meanwhile. */
function readStatus(pid: string): { parent: number; residentBytes: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    return { parent: field('PPid'), residentBytes: field('VmRSS') * 1024 };
  } catch {
    return undefined;
  }
}

/** The memory that a process holds; 0 where it cannot be told. */
export function residentBytes(pid: number): number {
  return readStatus(String(pid))?.residentBytes ?? 0;
}

/** Of a process and those below it; NaN where the system does not tell (anything but Linux). */
export function cpuSecondsBelow(pid: number): number {
  return [pid, ...descendants(pid).map((one) => one.pid)].reduce((sum, one) => sum + cpuSecondsOf(one), 0);
}

/** Linux counts in hundredths of a second. */
function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // What follows the command's name, which may hold spaces: the state is field 3, utime 14, stime 15.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return process.platform === 'linux' ? 0 : NaN;
  }
}

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

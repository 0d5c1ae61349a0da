import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

let guardian: ChildProcess | undefined;
const watched = new Set<number>();

/**
 * Sees to it that a process group ends even where we are killed: a handler in a busy loop never notices that its pipe has closed.
 * One small process does that for all; it starts with the first and ends with us. Call the result once the group is gone.
 */
export function watchOver(pid: number | undefined): () => void {
  if (pid === undefined || process.platform === 'win32') return () => undefined;
  watched.add(pid);
  tell(`+${String(pid)}`);
  return () => {
    if (!watched.delete(pid)) return;
    tell(`-${String(pid)}`);
    if (watched.size === 0) {
      guardian?.stdin?.end();
      guardian = undefined;
    }
  };
}

function tell(line: string): void {
  guardian ??= start();
  guardian.stdin?.write(`${line}\n`);
}

function start(): ChildProcess {
  // Ctrl-C is for us, not for it: a group of its own.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guardian.mjs')], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    detached: true,
  });
  child.unref();
  child.stdin.on('error', () => undefined);
  child.on('exit', () => {
    if (guardian === child) guardian = undefined;
  });
  return child;
}

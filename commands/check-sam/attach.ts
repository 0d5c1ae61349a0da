import { spawn } from 'node:child_process';
import type { Options } from './output.ts';

/** Runs a program with this terminal as its own; resolves with its exit code, 130 where Ctrl-C ended it. Throws where it cannot be started. */
export function attach(program: string, args: readonly string[], options: Options): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit' });
    // A terminal sends Ctrl-C to the whole group; the program decides when it ends, and we clean up then.
    const interrupted = (): void => {
      if (!process.stdin.isTTY) child.kill('SIGINT');
    };
    const terminated = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', interrupted).on('SIGTERM', terminated).on('SIGHUP', terminated);
    const detach = (): void =>
      void process.off('SIGINT', interrupted).off('SIGTERM', terminated).off('SIGHUP', terminated);
    child.on('error', (cause) => {
      detach();
      reject(new Error(`${program} cannot be started: ${cause.message}`, { cause }));
    });
    child.on('close', (code, signal) => {
      detach();
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

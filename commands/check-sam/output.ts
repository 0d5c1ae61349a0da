import { spawn } from 'node:child_process';

export type Options = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** The answer to what the program asks. Without it, stdin is empty. */
  input?: string;
};

/** What a program writes to stdout. Throws an Error with all that it wrote where it cannot be started or fails. */
export function output(program: string, args: readonly string[], options: Options): Promise<string> {
  return new Promise((resolve, reject) => {
    const { input = '', ...where } = options;
    const child = spawn(program, args, { ...where, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined); // A program that asks nothing may have ended already.
    child.stdin.end(input);
    const out: Buffer[] = [];
    const all: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      all.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
    child.on('error', (cause) => {
      reject(new Error(`${program} cannot be started: ${cause.message}`, { cause }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(Buffer.concat(out).toString('utf8'));
      else {
        const wrote = Buffer.concat(all).toString('utf8').trim();
        reject(new Error(`${program} ended with ${signal ?? `exit code ${String(code)}`}:\n${wrote}`));
      }
    });
  });
}

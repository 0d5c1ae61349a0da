import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..', '..');

export type Ended = { code: number | null; stdout: string; all: string };

/** Starts one of our commands as `npm run` does; `stdin` is what is piped into it. */
export function startCommand(
  name: string,
  args: readonly string[],
  stdin = '',
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(repository, 'commands', `${name}.ts`), ...args], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined); // It may have ended without reading.
  child.stdin.end(stdin);
  let [stdout, all] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    all += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, all }));
  });
  return { child, ended };
}

/** Runs it to its end. Throws an Error with all that it wrote if its exit code is not 0. */
export async function runCommand(name: string, args: readonly string[], stdin?: string): Promise<string> {
  const { code, stdout, all } = await startCommand(name, args, stdin).ended;
  if (code !== 0) throw new Error(`npm run ${name} -- ${args.join(' ')}: exit code ${String(code)}\n${all}`);
  return stdout;
}

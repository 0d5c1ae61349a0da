import { spawn, type SpawnOptions } from 'node:child_process';
import { UsageError } from '../shared/target.ts';
import { commandLine } from './windows.ts';

/** What `npm run check:sam` tries. An older one may lack the runtime, or read the build's settings otherwise. */
const TRIED = '1.170.0';

/** The person's own SAM CLI. Throws UsageError where there is none, or an older one than was tried here. */
export async function requireSam(cwd: string): Promise<void> {
  const { code, out } = await start(['--version'], cwd, 'pipe');
  const [, version] = /(\d+\.\d+\.\d+)/.exec(out) ?? [];
  if (code !== 0 || version === undefined) throw new UsageError(`"sam --version" answered: ${out.trim() || 'nothing'}`);
  if (isOlder(version, TRIED))
    throw new UsageError(`This is SAM CLI ${version}; deploying was tried with ${TRIED}: bring it up to date first.`);
}

/** Runs it with this terminal as its own. Throws UsageError where it fails: it has said why. */
export async function runSam(args: readonly string[], cwd: string): Promise<void> {
  const { code } = await start(args, cwd, 'inherit');
  if (code !== 0) throw new UsageError(`"sam ${args[0] ?? ''}" failed; see above.`);
}

function start(
  args: readonly string[],
  cwd: string,
  stdio: 'pipe' | 'inherit',
): Promise<{ code: number; out: string }> {
  return new Promise((resolve, reject) => {
    const streams = { cwd, stdio: ['inherit', stdio, 'inherit'] } satisfies SpawnOptions;
    // On Windows `sam` is a batch file, which only a shell runs; and a shell takes one line, already quoted.
    const child =
      process.platform === 'win32'
        ? spawn(commandLine('sam', args), { ...streams, shell: true })
        : spawn('sam', args, streams);
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.on('error', (cause) => {
      reject(
        new UsageError(
          `The SAM CLI cannot be started: ${cause.message}\nInstall it (for example "pipx install aws-sam-cli"); only deploying needs it.`,
          { cause },
        ),
      );
    });
    child.on('close', (code) => {
      resolve({ code: code ?? 1, out });
    });
  });
}

function isOlder(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number)) as [number[], number[]];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
}

import { execFile } from 'node:child_process';
import { findAwsClis } from './install.ts';

export type Ended = { code: number; stdout: string; stderr: string };

/** One AWS CLI, against one endpoint. */
export type CommandLine = {
  version: string;
  /** Runs it and gives how it ended, whatever that was. */
  run: (...args: string[]) => Promise<Ended>;
  /** Runs it and gives what it printed. Throws an Error with all of that where it fails. */
  text: (...args: string[]) => Promise<string>;
  json: <T>(...args: string[]) => Promise<T>;
};

export const cliNames = ['the distribution’s AWS CLI', 'the AWS CLI of PyPI'] as const;

/** `which` is one of `cliNames`. Throws an Error where that CLI is absent. */
export async function commandLine(which: (typeof cliNames)[number], endpoint: string): Promise<CommandLine> {
  const { packaged, pinned } = await findAwsClis();
  const program = which === 'the AWS CLI of PyPI' ? pinned : packaged;
  const run: CommandLine['run'] = (...args) =>
    new Promise((resolve) => {
      const options = { env: environment(), timeout: 120_000, maxBuffer: 32 * 1024 * 1024 };
      execFile(program, ['--endpoint-url', endpoint, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
      });
    });
  const text: CommandLine['text'] = async (...args) => {
    const { code, stdout, stderr } = await run(...args);
    if (code !== 0) throw new Error(`aws ${args.join(' ')} ended with ${String(code)}:\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    version: /aws-cli\/(\S+)/.exec(await text('--version'))?.[1] ?? '',
    run,
    text,
    json: async <T>(...args: string[]) => JSON.parse(await text(...args, '--output', 'json')) as T,
  };
}

/** Nothing of the person's own: no profile, no Python, no account. */
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C.UTF-8',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
}

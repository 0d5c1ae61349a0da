import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../shared/target.ts';
import { attach } from './attach.ts';
import { output, type Options } from './output.ts';

// cfn-lint is pinned too: SAM takes a range, and a newer linter may find what this one does not.
const requirements = ['aws-sam-cli==1.170.0', 'cfn-lint==1.58.0'];

export type SamCli = {
  /** What the program wrote to stdout. Throws an Error with all that it wrote if it fails; `python` does the same. */
  run: (args: readonly string[], options: Options) => Promise<string>;
  /** The Python that the SAM CLI is installed in, with SAM's translator. */
  python: (args: readonly string[], options: Options) => Promise<string>;
  /** Runs it with this terminal as its own; resolves with its exit code. */
  attach: (args: readonly string[], options: Options) => Promise<number>;
};

/**
 * The pinned SAM CLI, in a Python environment of its own under `cacheFolder`, made at the first call. Throws UsageError that says
 * what is missing where it cannot be had.
 */
export async function installSamCli(cacheFolder: string): Promise<SamCli> {
  const folder = join(cacheFolder, requirements.join('_').replaceAll('==', '-'));
  const programs = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const sam = join(programs, 'sam');
  const python = join(programs, 'python');
  const env = environment();
  const works = async (): Promise<boolean> => {
    const version = await output(sam, ['--version'], { env }).catch(() => '');
    return requirements[0]?.endsWith(`==${version.trim().split(' ').at(-1) ?? ''}`) === true;
  };
  if (!existsSync(folder) || !(await works())) {
    console.error(`Installing ${requirements.join(' and ')} from PyPI (once) …`);
    rmSync(folder, { recursive: true, force: true }); // left by an installation that was broken off
    await makeEnvironment(folder);
    await output(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements], { env });
    if (!(await works()))
      throw new Error(`${sam} does not run after its installation: remove ${folder} and try again.`);
  }
  return {
    run: (args, options) => output(sam, args, { ...options, env: { ...env, ...options.env } }),
    python: (args, options) => output(python, args, { ...options, env: { ...env, ...options.env } }),
    attach: (args, options) => attach(sam, args, { ...options, env: { ...env, ...options.env } }),
  };
}

async function makeEnvironment(folder: string): Promise<void> {
  const failures: string[] = [];
  for (const python of ['python3', 'python']) {
    const recent = ['-c', 'import sys; sys.exit("it is Python " + sys.version if sys.version_info < (3, 10) else 0)'];
    try {
      await output(python, recent, {});
      await output(python, ['-m', 'venv', folder], {});
      return;
    } catch (error) {
      failures.push(
        `  ${python}: ${error instanceof Error ? error.message.trim().replaceAll('\n', '\n    ') : String(error)}`,
      );
    }
  }
  throw new UsageError(
    `The SAM CLI is a Python program, and no Python 3.10 or newer with venv is on PATH:\n${failures.join('\n')}\n` +
      'Install Python (on Debian and Ubuntu: apt-get install python3 python3-venv), then run the command again. ' +
      'Only "npm run check:sam" and deploying need it.',
  );
}

/** Without the person's AWS account: nothing here may depend on it, or reach it. */
function environment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|SAM_CLI_|PYTHON|VIRTUAL_ENV$)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    PYTHONUTF8: '1',
    SAM_CLI_TELEMETRY: '0',
  };
}

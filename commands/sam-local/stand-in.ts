import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { output } from '../check-sam/output.ts';
import { UsageError } from '../shared/target.ts';
import { docker } from './docker.ts';
import type { Architecture } from './architecture.ts';

/** AWS's own client of the Runtime API: what calls a handler in AWS's image too. */
const RUNTIME_CLIENT = 'aws-lambda-ric@4.0.2';
const DEBIAN = 'bookworm';
const VERSION = '1';

/** The programs that are needed, and the Debian packages that they come from. */
const programs: Readonly<Record<string, string>> = {
  debootstrap: 'debootstrap',
  'g++': 'g++',
  make: 'make',
  cmake: 'cmake',
  autoconf: 'autoconf',
  automake: 'automake',
  libtoolize: 'libtool',
};

/** As in AWS's image: where layers, the runtime and the function are looked for. */
const environment = {
  LANG: 'C.UTF-8',
  TZ: ':UTC',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
  LAMBDA_TASK_ROOT: '/var/task',
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
};

const bootstrap = `#!/bin/sh
export NODE_PATH=/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task
exec /var/lang/bin/node --max-old-space-size=$(( \${AWS_LAMBDA_FUNCTION_MEMORY_SIZE:-128} * 9 / 10 )) /var/runtime/index.mjs
`;

/**
 * Makes a stand-in for AWS's image of Node 24, of what Debian's and npm's registries hold: Debian's smallest system, the Node 24 that this
 * repository installs, and AWS's own runtime client. It is Debian where AWS's is Amazon Linux, has no SDK of its own, and is called by
 * another name. Made once, in two minutes; needs root. Returns its name. Throws UsageError that says what is missing.
 */
export async function buildStandIn(
  architecture: Architecture,
  { cache, told }: { cache: string; told: (what: string) => void },
): Promise<string> {
  const name = `serverless-thumbnails-lambda-stand-in:24-${architecture}-${VERSION}`;
  const present = await docker('image', 'ls', '--quiet', name);
  if (present !== '') return name;
  const archive = join(cache, `lambda-stand-in-24-${architecture}-${VERSION}.tar`);
  if (!existsSync(archive)) {
    await requirePrograms();
    const folder = join(cache, 'lambda-stand-in');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    told(`Making a stand-in of Debian ${DEBIAN}, Node 24 and ${RUNTIME_CLIENT} (once, two minutes) …`);
    const system = join(folder, 'system');
    await output('debootstrap', ['--variant=minbase', DEBIAN, system], {});
    for (const left of ['var/cache/apt/archives', 'var/lib/apt/lists']) rmSync(join(system, left), { recursive: true });
    await addRuntime(system, folder);
    await output('tar', ['-C', system, '--numeric-owner', ...excluded, '-cf', `${archive}.unfinished`, '.'], {});
    renameSync(`${archive}.unfinished`, archive);
    rmSync(folder, { recursive: true, force: true });
  }
  const settings = [...Object.entries(environment).map(([key, value]) => `ENV ${key}=${value}`), 'WORKDIR /var/task'];
  const changes = settings.flatMap((setting) => ['--change', setting]);
  await docker(
    'import',
    '--platform',
    `linux/${architecture === 'arm64' ? 'arm64' : 'amd64'}`,
    ...changes,
    archive,
    name,
  );
  return name;
}

const excluded = ['./dev', './proc', './sys'].map((path) => `--exclude=${path}`);

async function addRuntime(system: string, scratch: string): Promise<void> {
  const node = dirname(createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`));
  const client = join(scratch, 'runtime-client');
  mkdirSync(client, { recursive: true });
  writeFileSync(join(client, 'package.json'), '{ "name": "runtime-client", "private": true }\n');
  await output('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts', RUNTIME_CLIENT], {
    cwd: client,
    env: { ...withoutNpm(), PATH: `${join(node, 'bin')}:${process.env.PATH ?? ''}`, npm_config_nodedir: node },
  });
  const packages = join(client, 'node_modules');
  const runtime = join(system, 'var', 'runtime');
  for (const folder of ['var/lang/bin', 'var/runtime/node_modules/@aws', 'var/task', 'var/rapid', 'opt'])
    mkdirSync(join(system, folder), { recursive: true });
  cpSync(join(node, 'bin', 'node'), join(system, 'var', 'lang', 'bin', 'node'));
  for (const file of ['index.mjs', 'rapid-client.node'])
    cpSync(join(packages, 'aws-lambda-ric', file), join(runtime, file));
  cpSync(join(packages, '@aws', 'lambda-invoke-store'), join(runtime, 'node_modules', '@aws', 'lambda-invoke-store'), {
    recursive: true,
  });
  writeFileSync(join(runtime, 'bootstrap'), bootstrap, { mode: 0o755 });
}

/** `npm run` describes itself to npm in environment variables. The inner npm must not inherit them. */
function withoutNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

async function requirePrograms(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new UsageError("The stand-in for AWS's image is made by debootstrap, on Linux and as root.");
  const found = await Promise.all(
    Object.keys(programs).map(async (program) => ({ program, is: await isProgram(program) })),
  );
  const missing = found.filter(({ is }) => !is).map(({ program }) => programs[program] ?? program);
  if (missing.length > 0)
    throw new UsageError(
      `The stand-in for AWS's image needs: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
}

function isProgram(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(name, ['--version'], { stdio: 'ignore' });
    child.on('error', () => resolve(false));
    child.on('exit', () => resolve(true));
  });
}

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installSamCli } from './check-sam/sam-cli.ts';
import { requireDocker } from './sam-local/docker.ts';
import { PRELOADED } from './sam-local/image.ts';
import { prepare } from './sam-local/prepare.ts';
import { run } from './shared/run.ts';
import { findTarget, UsageError } from './shared/target.ts';

const help = `Runs functions in AWS's container image, by the SAM CLI, on the data of the local cloud that runs ("npm start").

  npm run sam-local -- invoke GenerateThumbnailsFunction -e events/generate-thumbnails/sns-object-created.json
  npm run sam-local -- start-lambda

What follows "invoke" or "start-lambda" is the SAM CLI's ("sam local invoke --help"), and its exit code is ours. Before that the functions
are built, with the variables that they have in the stack that runs, and AWS's image is made to know its endpoint. "npm run event" prints
events about what exists there. A function in a container has all permissions; "npm start" checks each role's.

Options (before "invoke" or "start-lambda")
  --endpoint URL   another endpoint of the local cloud (default: http://127.0.0.1:4566)
  --no-build       run what was built the last time
  --stand-in       where AWS's image cannot be pulled, use one made of Debian, Node 24 and AWS's runtime client (Linux, root)
  --help           this text`;

const subcommands = ['invoke', 'start-lambda'];
const repository = join(import.meta.dirname, '..');

run(async () => {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => subcommands.includes(arg));
  const { values } = parseArgs({
    args: at < 0 ? args.filter((arg) => arg.startsWith('-')) : args.slice(0, at),
    options: {
      endpoint: { type: 'string', default: 'http://127.0.0.1:4566' },
      'no-build': { type: 'boolean', default: false },
      'stand-in': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || args.length === 0) {
    console.log(help);
    return;
  }
  const [subcommand = '', ...rest] = at < 0 ? [] : args.slice(at);
  if (subcommand === '') throw new UsageError(`Name a command of "sam local": ${subcommands.join(' or ')}.`);
  const target = await findTarget({ stage: 'local', endpoint: values.endpoint });
  await requireDocker();
  const sam = await installSamCli(join(repository, 'node_modules', '.cache'));
  const prepared = await prepare({
    ...{ repository, sam, target, endpoint: values.endpoint.replace(/\/$/, '') },
    ...{ standIn: values['stand-in'], build: !values['no-build'] },
    folder: join(repository, '.local', 'sam-local'),
    // stdout is for what the function answers.
    told: (what) => {
      console.error(what);
    },
  });
  console.error(
    prepared.image.isAws
      ? `Runs in ${prepared.image.name}.`
      : `Runs in a stand-in for AWS's image: ${prepared.image.name}.`,
  );
  try {
    process.exitCode = await sam.attach(['local', subcommand, ...prepared.options, ...debugging(rest), ...rest], {
      env: { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    });
  } finally {
    await prepared.close();
  }
});

/** With a debugger SAM starts Node by a line of its own, which has to be told of our forwarder. */
function debugging(args: readonly string[]): string[] {
  const debugs = args.some((arg) => /^(-d|--debug-port)/.test(arg));
  const hasOwn = args.some((arg) => arg.startsWith('--debug-args'));
  return debugs && !hasOwn ? ['--debug-args', `--import=${PRELOADED}`] : [];
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkAllEvents } from './check-sam-local/all-events.ts';
import { runCommand, startCommand } from './check-sam-local/command.ts';
import { takeDocker } from './check-sam-local/daemon.ts';
import { eventsOf, folderOf } from './check-sam-local/functions.ts';
import { checkPictures } from './check-sam-local/pictures.ts';
import { tally, type Check } from './check-sam/tally.ts';
import { startOwnCloud } from './rehearse/target/own-cloud.ts';
import { docker } from './sam-local/docker.ts';
import { architectureHere, findBaseImage, IMAGES } from './sam-local/image.ts';
import { deployedFunctions, type DeployedFunction } from './sam-local/variables.ts';
import { run } from './shared/run.ts';
import { findTarget, UsageError } from './shared/target.ts';

const help = `Runs every function with every event of events/ in a container, by the SAM CLI, on the data of a local cloud of its own.

  npm run check:sam-local

Uses AWS's image for Node 24 where it can be pulled, else a stand-in, and says which. Starts a Docker daemon where none answers (Linux, root).

Options
  --or-skip        where Docker cannot run, or no image can be had: say so, and exit with code 0
  --help           this text`;

const repository = join(import.meta.dirname, '..');
const folder = join(repository, '.local', 'check-sam-local');
/** Is there all that the checks need? What goes wrong from then on is a failure, and skipped by nobody. */
let hasBegun = false;

run(async () => {
  const { values } = parseArgs({
    options: { 'or-skip': { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  try {
    await withDocker(checkAll);
  } catch (error) {
    if (!(error instanceof UsageError) || !values['or-skip'] || hasBegun) throw error;
    console.log(`SKIPPED  check:sam-local: ${error.message}\n\n0 passed, 0 failed, 1 skipped`);
  }
});

async function withDocker(body: () => Promise<void>): Promise<void> {
  const daemon = await takeDocker();
  try {
    const before = await derivedImages();
    try {
      await body();
    } finally {
      const made = (await derivedImages()).filter((image) => !before.includes(image));
      if (made.length > 0) await docker('image', 'rm', '--force', ...made);
    }
  } finally {
    await daemon.close();
  }
}

async function derivedImages(): Promise<string[]> {
  const listed = await docker(
    'image',
    'ls',
    '--filter',
    `reference=${IMAGES}*`,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  );
  return listed.split('\n').filter(Boolean);
}

async function checkAll(): Promise<void> {
  const cache = join(repository, 'node_modules', '.cache');
  const told = (what: string): void => {
    console.log(what);
  };
  mkdirSync(folder, { recursive: true });
  const image = await findBaseImage(architectureHere(), { standIn: true, cache, told });
  console.log(
    image.isAws ? `Runs in AWS's image ${image.name}.` : `Runs in a stand-in for AWS's image: ${image.name}.`,
  );
  hasBegun = true;
  const cloud = await startOwnCloud({ speed: 1 }, new AbortController().signal);
  const { check, passed, failed } = tally();
  try {
    const { endpoint } = cloud;
    const target = await findTarget({ stage: 'local', endpoint });
    const functions = await deployedFunctions(target);
    const samLocal = ['--endpoint', endpoint, '--stand-in'];
    await checkInvoke(check, functions, samLocal);
    // From here on what the first of them has built is run.
    samLocal.push('--no-build');
    await checkPictures(check, { target, endpoint, folder, samLocal });
    await checkAllEvents(check, { functions, repository, client: target.client, samLocal });
  } finally {
    await cloud.close();
  }
  console.log(`\n${String(passed())} passed, ${String(failed())} failed`);
  if (failed() > 0) process.exitCode = 1;
}

/** The README's commands: each function once, with its first event. */
async function checkInvoke(
  check: Check,
  functions: readonly DeployedFunction[],
  samLocal: readonly string[],
): Promise<void> {
  for (const [index, { path, logicalId }] of functions.entries()) {
    const [event] = eventsOf(repository, logicalId);
    await check(
      `npm run sam-local -- invoke ${path} -e ${event?.path ?? `events/${folderOf(logicalId)}/…`}`,
      async () => {
        if (event === undefined) throw new Error(`There is no events/${folderOf(logicalId)}/*.json.`);
        const options = index === 0 ? samLocal : [...samLocal, '--no-build'];
        const answer = await runCommand('sam-local', [...options, 'invoke', path, '-e', event.path]);
        JSON.parse(answer);
      },
    );
  }
  await check('npm run sam-local fails with the exit code of the SAM CLI', async () => {
    const args = [...samLocal, '--no-build', 'invoke', 'NoFunction', '--no-event'];
    const { code, all } = await startCommand('sam-local', args).ended;
    if (code !== 1 || !all.includes('Function NoFunction not found in template'))
      throw new Error(`${String(code)}\n${all}`);
  });
}

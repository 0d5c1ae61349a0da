import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { untilPassing } from '../support/until-passing.ts';

const workspace = join(import.meta.dirname, '..', '..');
let folder: string;
let child: ChildProcess | undefined;
let said: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watched-'));
  said = '';
  await cp(join(workspace, 'tests', 'stacks', 'warehouse'), folder, { recursive: true });
  await symlink(join(workspace, '..', '..', 'node_modules'), join(folder, 'node_modules'));
});
afterEach(async () => {
  await end();
  await rm(folder, { recursive: true, force: true });
});

async function start(...options: string[]): Promise<void> {
  const started = spawn(
    process.execPath,
    [join(workspace, 'bin', 'local-cloud.mjs'), 'start', '--port', '0', '--state', join(folder, '.local'), ...options],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder },
  );
  child = started;
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  await says('Ctrl-C ends everything.');
}

/** Ends it as Ctrl-C does; gives the exit code. */
async function end(): Promise<number | null | undefined> {
  const ending = child;
  child = undefined;
  if (ending === undefined) return undefined;
  ending.kill('SIGINT');
  return new Promise((resolve) => ending.once('close', resolve));
}

async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  await writeFile(join(folder, file), text.replace(from, to));
}

const says = (words: string | RegExp): Promise<void> => untilPassing(() => expect(said).toMatch(words));

test('what is saved is deployed: a line for each resource that changed, how long it took, and what is wrong', async () => {
  await start();
  await says('What you change in the template or in code is deployed as you save it.');
  await edit('pack/label.ts', "'old label'", "'new label'");
  await says(
    /PackFunction +updated \(AWS::Lambda::Function\)\n(.*\n)*.*PackFunctionAliaslive +updated \(.*\n(.*\n)*.*change +deployed: 3 resources in [\d.]+ m?s\n/,
  );

  said = '';
  await edit('pack/label.ts', "'new label'", '(');
  await says(
    /change +PackFunction could not be built(.*\n)*.*label\.ts:1:\d+(.*\n)*.*not deployed \(.*\): everything is as it was\n/,
  );

  said = '';
  await edit('pack/label.ts', '(', "'new label'");
  await says(/change +changes no resource \(/);

  said = '';
  await edit('template.yaml', '!Ref Parcels', '!Ref Nothing');
  await says(/change +\S*template\.yaml:\d+:\d+: .*\[Nothing\](.*\n)*.*not deployed/);

  said = '';
  await edit('template.yaml', '!Ref Nothing', '!Ref Parcels');
  await edit('template.yaml', 'VisibilityTimeout: 30', 'VisibilityTimeout: 60000');
  await says(/Parcels.*VisibilityTimeout(.*\n)*.*(rolled back|not deployed) \(/);
  expect(await end()).toBe(0);
});

test('--no-watch deploys once', async () => {
  await start('--no-watch');
  expect(said).not.toContain('as you save it');
  await edit('template.yaml', 'VisibilityTimeout: 30', 'VisibilityTimeout: 60');
  expect(await end()).toBe(0);
  expect(said).not.toMatch(/Parcels +updated/);
  said = '';
  // The queue, which was left as it was, and the function, whose variable follows the queue to another port.
  await start('--no-watch');
  expect(said).toContain('2 resources created or changed');
});

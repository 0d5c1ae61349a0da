import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DeleteStackCommand, waitUntilStackDeleteComplete } from '@aws-sdk/client-cloudformation';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { changedTemplate } from '../support/changed-template.ts';
import { eventually } from 'local-cloud/testing';
import { startLocalCloud } from '../support/local-cloud.ts';
import { descendants } from 'local-cloud/testing';
import { openStage } from './support/stage.ts';

const repository = join(import.meta.dirname, '..', '..');

/** Ten seconds or so where nobody else uses the machine. */
const BOOT_SECONDS = 150;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

type Start = { process: ChildProcess; printed: () => string; ended: Promise<number | null> };

/** `npm start`, as a person types it. */
function start(...options: string[]): Start {
  const child = spawn(
    process.execPath,
    [join(repository, 'commands', 'start.ts'), '--state', join(folder, 'state'), ...options],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, printed: () => text, ended };
}

async function saysWhatToTry(printed: () => string): Promise<void> {
  const isSaid = (): boolean => printed().includes('npm run try');
  await eventually('what to try to be printed', isSaid, BOOT_SECONDS).catch((cause: unknown) => {
    throw new Error(`It has not become ready. It said:\n${printed()}`, { cause });
  });
}

test('npm start says where the gallery is before all else, what to try, and Ctrl-C ends everything', async () => {
  const { process: child, printed, ended } = start('--port', '0');
  await saysWhatToTry(printed);
  expect(printed()).toMatch(/UploadsBucketName\s+serverless-thumbnails-uploads-000000000000-us-east-1/);
  expect(printed()).toMatch(/aws --endpoint-url http:\/\/127\.0\.0\.1:\d+ .*\n.*awslocal s3 cp photo\.jpg s3:\/\//);
  const [gallery = '', demo = ''] = printed().trimStart().split('\n');
  expect(demo).toMatch(/^Sign in as +\S+@\S+ +password +\S+$/);
  const page = await fetch(/^The gallery: +(http:\/\/localhost:\d+\/)$/.exec(gallery)?.[1] ?? '');
  expect(page.headers.get('content-type')).toMatch('text/html');
  expect(printed()).toMatch(/^\d+ properties of the template are accepted without effect; --verbose lists them\.$/m);
  await eventually('twelve pictures to have thumbnails', () => thumbnailsReady(printed()) === 12);
  const below = descendants(child.pid ?? 0);
  expect(below.length).toBeGreaterThan(0);
  child.kill('SIGINT');
  expect([0, 130]).toContain(await ended);
  await eventually('every process to end', () => below.every(({ pid }) => !isRunning(pid)));

  // Somebody has pictures now.
  const again = start('--port', '0');
  await saysWhatToTry(again.printed);
  const [, uploads = ''] = /UploadsBucketName +(\S+)/.exec(again.printed()) ?? [];
  const [, endpoint = ''] = /Endpoint +(\S+)/.exec(again.printed()) ?? [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: uploads, Prefix: 'users/' }));
  expect(objects.map(({ Key: key }) => key?.replace(/^users\/[\da-f-]{36}\/[\da-f-]{36}\//, '')).toSorted()).toEqual(
    Array.from({ length: 12 }, (_, n) => `landscape-${String(n + 1).padStart(2, '0')}.jpg`),
  );
  again.process.kill('SIGINT');
  expect([0, 130]).toContain(await again.ended);
  expect(again.printed()).not.toContain('uploaded users/');
}, 400_000);

test('a gallery port in use: said before anything is started, with a way out', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { ended, printed } = start('--port', '0', '--gallery-port', String(port));
  expect(await ended).toBe(1);
  expect(printed()).toContain(`Port ${String(port)} on localhost is in use`);
  expect(printed()).toContain('npm start -- --gallery-port');
  other.close();
});

/** The processes that SIGTERM may be sent to: npm, which starts a shell, which starts the Node at hand, which starts Node 24. */
const starters: Readonly<Record<string, [string, string[]]>> = {
  npm: ['npm', ['start', '--']],
  'the Node that npm starts': [
    process.execPath,
    [join(repository, 'commands', 'node24.mjs'), join(repository, 'commands', 'start.ts')],
  ],
};

test.each(Object.keys(starters))('SIGTERM to %s ends everything: processes, environments and the port', async (who) => {
  const [program, args] = starters[who] ?? ['', []];
  const options = ['--state', join(folder, 'state'), '--port', '0', '--no-watch'];
  const child = spawn(program, [...args, ...options], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
  const endpoint = await eventually('the endpoint', () => /--endpoint-url (http:\S+)/.exec(printed)?.[1]);
  await openStage('serverless-thumbnails', endpoint).then(({ lambda, physicalId }) =>
    physicalId('ReconcileImagesFunction').then((name) => lambda.send(new InvokeCommand({ FunctionName: name }))),
  );
  const below = descendants(child.pid ?? 0);
  // The command, the cloud and at least one environment of a function.
  expect(below.length).toBeGreaterThanOrEqual(3);
  child.kill('SIGTERM');
  await eventually('every process to end', () => below.every(({ pid }) => !isRunning(pid)));
  await expect(fetch(endpoint)).rejects.toThrow();
});

test('after its stack was deleted: what is in the way, and what to do about it', async () => {
  const first = start('--port', '0', '--no-watch');
  const endpoint = await eventually('the endpoint', () => /--endpoint-url (http:\S+)/.exec(first.printed())?.[1]);
  const cloudFormation = new CloudFormationClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await cloudFormation.send(new DeleteStackCommand({ StackName: 'serverless-thumbnails' }));
  await waitUntilStackDeleteComplete(
    { client: cloudFormation, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { StackName: 'serverless-thumbnails' },
  );
  first.process.kill('SIGTERM');
  await first.ended;
  const again = start('--port', '0', '--no-watch');
  expect(await again.ended).toBe(1);
  expect(again.printed()).toMatch(/has probably left UploadsBucket: .*Start again with --reset: .*state/);
  const reset = start('--port', '0', '--no-watch', '--reset');
  await eventually('the stack to run again', () => reset.printed().includes('npm run try'));
  reset.process.kill('SIGTERM');
  await reset.ended;
});

test('a port in use: a clear message, exit code 1, nothing left running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { ended, printed } = start('--port', String(port));
  expect(await ended).toBe(1);
  expect(printed()).toContain(`Port ${String(port)}`);
  expect(printed()).toContain('in use');
  expect(printed()).not.toMatch(/^\s+at /m);
  other.close();
});

test('--help explains every option', async () => {
  const { ended, printed } = start('--help');
  expect(await ended).toBe(0);
  for (const option of ['--port', '--gallery-port', '--empty', '--verbose', '--reset', '--state', '--clock'])
    expect(printed()).toContain(option);
});

test('a broken template: the place and the mistake', async () => {
  const template = await changedTemplate(folder, (text) =>
    text.replace('!GetAtt GenerateThumbnailsRole.Arn', '!GetAtt NobodysRole.Arn'),
  );
  await expect(startLocalCloud({ template, state: join(folder, 'state') })).rejects.toThrow(
    /code 1.*template\.yaml:\d+:\d+.*NobodysRole/s,
  );
});

test('a failing build: the file, the line and the mistake', async () => {
  await writeFile(join(folder, 'handler.ts'), 'export const handler = async () => {\n  return missing(;\n};\n');
  const template = join(folder, 'template.yaml');
  await writeFile(
    template,
    `Transform: AWS::Serverless-2016-10-31
Resources:
  BrokenFunction:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: esbuild
      BuildProperties: { EntryPoints: [handler.ts] }
    Properties: { CodeUri: ., Handler: handler.handler, Runtime: nodejs24.x }
`,
  );
  const failing = startLocalCloud({ template, state: join(folder, 'state'), parameters: {} });
  await expect(failing).rejects.toThrow(/code 1.*handler\.ts:2:\d+/s);
});

/** As the console tells it: of lines that are alike some are only counted. */
function thumbnailsReady(text: string): number {
  const one = text.match(/ {2}thumbnails ready {2}/g)?.length ?? 0;
  const more = [...text.matchAll(/and (\d+) more: thumbnails ready/g)].map(([, count]) => Number(count));
  return more.reduce((sum, count) => sum + count, one);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

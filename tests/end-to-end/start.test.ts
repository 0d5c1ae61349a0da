import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { descendants, eventually } from 'local-cloud/testing';
import { startLocalCloud } from '../support/local-cloud.ts';
import { isRunning, npmStart, saysWhatToTry } from './support/npm-start.ts';
import { expectSigtermEndsAll } from './support/sigterm.ts';

// What takes longer and rarely breaks is in tests/long/start.test.ts.
const { folder, launch, start } = npmStart();

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

test('SIGTERM to npm ends everything: processes, environments and the port', async () => {
  await expectSigtermEndsAll(launch('npm', ['start', '--'], ['--port', '0', '--no-watch']));
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

test('a failing build: the file, the line and the mistake', async () => {
  await writeFile(join(folder(), 'handler.ts'), 'export const handler = async () => {\n  return missing(;\n};\n');
  const template = join(folder(), 'template.yaml');
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
  const failing = startLocalCloud({ template, state: join(folder(), 'state'), parameters: {} });
  await expect(failing).rejects.toThrow(/code 1.*handler\.ts:2:\d+/s);
});

/** As the console tells it: of lines that are alike some are only counted. */
function thumbnailsReady(text: string): number {
  const one = text.match(/ {2}thumbnails ready {2}/g)?.length ?? 0;
  const more = [...text.matchAll(/and (\d+) more: thumbnails ready/g)].map(([, count]) => Number(count));
  return more.reduce((sum, count) => sum + count, one);
}

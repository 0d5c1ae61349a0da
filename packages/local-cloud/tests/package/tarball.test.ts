import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../src/testing/eventually.ts';

const workspace = join(import.meta.dirname, '..', '..');
const { devDependencies } = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as {
  devDependencies: Readonly<Record<string, string>>;
};

let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-cloud-package-'));
  // A machine that has this Node and npm, and nothing else on its path.
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  symlinkSync(process.execPath, join(programs, 'node'));
  env = { PATH: [programs, '/usr/bin', '/bin'].join(delimiter), HOME: folder, ...registryOf(process.env) };
  npm(workspace, 'pack', '--silent', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  // The two clients that the application's code imports: Lambda's runtime has them, a machine does not.
  const clients = ['@aws-sdk/client-s3', '@aws-sdk/client-eventbridge'].map(
    (name) => `${name}@${devDependencies[name]}`,
  );
  npm(folder, 'install', '--no-audit', '--no-fund', '--loglevel=error', join(folder, tarball), ...clients);
  cpSync(join(workspace, 'tests', 'applications', 'nightly-report'), folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How npm finds its registry on this machine, whose home folder the test does not use. */
function registryOf(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const wanted = /^(npm_config_|https?_proxy$|no_proxy$|NODE_EXTRA_CA_CERTS$|SSL_CERT_)/i;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => wanted.test(name)));
}

/** npm is JavaScript: it runs in this Node, whatever Node the machine's own is. */
function npm(cwd: string, ...args: string[]): void {
  const cli =
    process.env['npm_execpath'] ??
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  execFileSync(process.execPath, [cli, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

test('the packed package has built code and no source, and no test', () => {
  const packed = readdirSync(join(folder, 'node_modules', 'local-cloud'));
  expect(packed.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'docs', 'package.json']);
});

test('the installed command runs the template of somebody else', async () => {
  // A night takes two seconds.
  const options = ['start', '--template', 'template.yaml', '--stack-name', 'shop', '--port', '0', '--clock', '43200'];
  const cloud = spawn(join(folder, 'node_modules', '.bin', 'local-cloud'), options, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [cloud.stdout, cloud.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise((resolve) => cloud.once('exit', resolve));
  try {
    const { endpoint, outputs } = await new Promise<Ready>((resolve, reject) => {
      cloud.on('message', (message: Ready) => {
        if (message.type === 'ready') resolve(message);
      });
      cloud.once('exit', () => reject(new Error(`The local cloud ended before it was ready:\n${output}`)));
    });
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const s3 = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
    const summaries = await eventually('the summary of a night', async () => {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: outputs['ReportsBucketName'], Prefix: 'summaries/' }),
      );
      return page.Contents;
    });
    expect(summaries.length).toBeGreaterThan(0);
    s3.destroy();
  } finally {
    cloud.kill('SIGTERM');
    await ended;
  }
});

type Ready = { type: string; endpoint: string; outputs: Readonly<Record<string, string>> };

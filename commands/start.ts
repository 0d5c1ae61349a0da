import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './shared/run.ts';
import { checkGalleryPort } from './start/gallery-port.ts';
import { UsageError } from './shared/target.ts';

const help = `Runs the whole application on this machine. Needs no account, no Docker, nothing but Node.

  npm start

Options
  --port N         where AWS clients find it (default: 4566)
  --gallery-port N where the gallery is (default: 3000; with --port 0 any free port)
  --reset          forget all images, records and messages of earlier runs first
  --state FOLDER   where images, records and messages are kept (default: .local/cloud)
  --clock FACTOR   shorten what waits (back-offs, schedules), e.g. 60: a minute takes a second (default: 1)
  --chaos PERCENT  do now and then what AWS does on a bad day: late and double deliveries, errors of services,
                   killed functions; at that percentage, 0 to 50 (default: 0). Nothing may be lost
  --seed N         repeat the random choices of another run, e.g. its chaos
  --no-watch       deploy once, and not again whenever template.yaml, a function or the layer changes
  --help           this text

Ctrl-C ends everything.`;

/** What the local cloud tells us over IPC once everything is deployed. */
type Ready = { type: 'ready'; endpoint: string; outputs: Readonly<Record<string, string>> };

run(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      'gallery-port': { type: 'string' },
      reset: { type: 'boolean', default: false },
      state: { type: 'string', default: join(import.meta.dirname, '..', '.local', 'cloud') },
      clock: { type: 'string', default: '1' },
      chaos: { type: 'string', default: '0' },
      seed: { type: 'string' },
      'no-watch': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const galleryPort = values['gallery-port'] ?? (values.port === '0' ? '0' : '3000');
  await checkGalleryPort(galleryPort);
  const repository = join(import.meta.dirname, '..');
  const child = spawn(
    process.execPath,
    [
      join(repository, 'local-cloud', 'bin', 'local-cloud.mjs'),
      'start',
      ...['--template', join(repository, 'template.yaml'), '--stack-name', 'serverless-thumbnails'],
      ...['--parameter-overrides', 'Stage=local'],
      ...['--state', resolve(values.state)],
      ...['--port', values.port, '--api-port', galleryPort, '--clock', values.clock],
      ...['--chaos', values.chaos],
      ...(values.seed === undefined ? [] : ['--seed', values.seed]),
      ...['--show', 'key,durationMs,sinceUploadMs,reason'],
      ...(values.reset ? ['--reset'] : []),
      ...(values['no-watch'] ? ['--no-watch'] : []),
    ],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: repository },
  );
  child.on('message', (message) => {
    if (isReady(message)) console.log(whatToTry(message));
  });
  // A terminal's Ctrl-C reaches the child by itself; it decides when all has ended.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', (cause) => {
      reject(new UsageError(`The local cloud could not be started: ${cause.message}`, { cause }));
    });
    child.on('exit', (code, signal) => {
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
});

function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

function whatToTry({ endpoint, outputs }: Ready): string {
  const uploads = outputs['UploadsBucketName'] ?? '';
  const thumbnails = outputs['ThumbnailsBucketName'] ?? '';
  const credentials = 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1';
  const here = endpoint.endsWith(':4566') ? '' : ` --endpoint ${endpoint}`;
  return `
Try it, in another terminal:
  npm run try --${here} photo.jpg      (without a photo: npm run try${here === '' ? '' : ` --${here}`})
  ${credentials} \\
    aws --endpoint-url ${endpoint} s3 cp photo.jpg s3://${uploads}/users/demo/photo.jpg
Where the thumbnails are:
  ${credentials} \\
    aws --endpoint-url ${endpoint} s3 ls --recursive s3://${thumbnails}
`;
}

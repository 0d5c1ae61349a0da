import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { localCloudBin } from './shared/local-cloud.ts';
import { run } from './shared/run.ts';
import { drawFirstPictures } from './start/first-pictures.ts';
import { checkGalleryPort } from './start/gallery-port.ts';
import { welcome } from './start/welcome.ts';
import { isReady } from './start/words.ts';
import { UsageError } from './shared/target.ts';

const help = `Runs the whole application locally. Requires only Node.js.

  npm start

Then open the gallery's URL, and sign in as the demo user: both are printed first. Twelve pictures that are drawn on the spot are there.

Options
  --port N         where AWS clients find it (default: 4566)
  --gallery-port N where the gallery is (default: 3000; with --port 0 any free port)
  --allow-host ADDRESS
                   answer to this name or address too, say 172.17.0.1 for containers on Docker's bridge; may be
                   repeated (default: 127.0.0.1, localhost and names below localhost only)
  --empty          upload no pictures
  --reset          first delete all images, records and messages of earlier runs
  --state FOLDER   where images, records and messages are kept (default: .local/cloud)
  --clock FACTOR   speed up waiting (back-off, schedules), e.g. 60: one minute takes one second (default: 1)
  --chaos PERCENT  do now and then what AWS does on a bad day: late and double deliveries, errors of services,
                   killed functions; at that percentage, 0 to 50 (default: 0). Nothing may be lost
  --seed N         repeat the random choices of another run, e.g. its chaos
  --no-watch       deploy once, and not again whenever a template, a function or the layer changes
  --verbose        list the properties of the templates that are accepted without effect
  --help           this text

Ctrl-C ends everything.`;

run(async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4566' },
      'gallery-port': { type: 'string' },
      'allow-host': { type: 'string', multiple: true, default: [] },
      empty: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      state: { type: 'string', default: join(import.meta.dirname, '..', '.local', 'cloud') },
      clock: { type: 'string', default: '1' },
      chaos: { type: 'string', default: '0' },
      seed: { type: 'string' },
      'no-watch': { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
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
  const state = resolve(values.state);
  const isNew = values.reset || !existsSync(state);
  const child = spawn(
    process.execPath,
    [
      localCloudBin,
      'start',
      ...['--template', join(repository, 'template.yaml'), '--stack-name', 'serverless-thumbnails'],
      ...['--parameter-overrides', 'Stage=local'],
      ...['--state', state],
      ...['--port', values.port, '--api-port', galleryPort, '--clock', values.clock],
      ...values['allow-host'].flatMap((address) => ['--allow-host', address]),
      ...['--chaos', values.chaos],
      ...(values.seed === undefined ? [] : ['--seed', values.seed]),
      ...['--show', 'key,durationMs,sinceUploadMs,reason'],
      // Who uploads watches the tile: a second for loading sharp is a long one.
      ...['--keep-warm', 'GenerateThumbnailsFunction,GenerateRenditionsFunction'],
      '--ask-parent',
      ...(values.reset ? ['--reset'] : []),
      ...(values['no-watch'] ? ['--no-watch'] : []),
      ...(values.verbose ? ['--verbose'] : []),
    ],
    { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], cwd: repository },
  );
  // On new state somebody will want them: building and deploying leave a processor to draw with.
  const drawn = isNew && !values.empty ? drawFirstPictures() : undefined;
  child.on('message', (message) => {
    if (isReady(message)) void welcome(child, message, values.empty ? undefined : () => drawn ?? drawFirstPictures());
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

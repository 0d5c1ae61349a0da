import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '../../..');

/** What a handler returned or threw. */
export type Reply = { result?: unknown; error?: { name: string; message: string } };

/** Bundles a function as template.yaml has it bundled, and runs it in a process of its own, with nothing but this environment. */
export async function bundledFunction(name: string, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const outfile = join(folder, 'handler.js');
  buildSync({
    entryPoints: [join(root, 'functions', name, 'handler.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    external: ['sharp', '@aws-sdk/nested-clients'],
    loader: Object.fromEntries(
      ['avif', 'gif', 'heic', 'jpg', 'png', 'webp'].map((name) => [`.${name}`, 'binary' as const]),
    ),
  });

  const child: ChildProcess = fork(join(import.meta.dirname, 'runner.cjs'), [outfile], {
    silent: true,
    env: {
      // Where Lambda finds what is in a layer.
      NODE_PATH: join(root, 'node_modules'),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      POWERTOOLS_SERVICE_NAME: name,
      HEIC: 'on',
      ...env,
    },
  });
  const outputs = [child.stdout, child.stderr].filter((stream) => stream !== null).map(collected);
  const exited = once(child, 'exit');
  const next = async (): Promise<unknown> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      exited.then(() => Promise.reject(new Error(`${name} ended:\n${outputs.map(({ text }) => text).join('')}`))),
    ])) as unknown[];
    return message;
  };
  await next();

  return {
    bytes: statSync(outfile).size,
    outfile,
    invoke: async (event: unknown, { remainingMs = 30_000, traceHeader }: Invocation = {}): Promise<Reply> => {
      const reply = next();
      child.send({ event, requestId: 'request-1', remainingMs, traceHeader });
      const [replied] = await Promise.all([reply, ...outputs.map(({ ended }) => ended())]);
      return replied as Reply;
    },
    /** What the invocations since the last look have written, as JSON, line by line. */
    lines: (): Record<string, unknown>[] =>
      outputs
        .flatMap(({ take }) => take().split('\n'))
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    end: async () => {
      child.kill();
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

type Invocation = { remainingMs?: number; traceHeader?: string };

/** What comes out of a stream, and a way to wait for the mark that the runner sets behind an invocation. */
function collected(stream: Readable) {
  const output = { text: '' };
  let marks = 0;
  stream.setEncoding('utf8').on('data', (chunk: string) => (output.text += chunk));
  return Object.assign(output, {
    ended: async () => {
      marks++;
      while (output.text.split('END\n').length - 1 < marks) await once(stream, 'data');
    },
    take: () => {
      const { text } = output;
      output.text = '';
      marks = 0;
      return text.replaceAll('END\n', '');
    },
  });
}

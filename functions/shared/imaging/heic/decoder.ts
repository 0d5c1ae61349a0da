import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { UnacceptableImageError } from '../../images/errors.ts';
import { limits as imageLimits } from '../limits.ts';
import type { Pixels } from '../pixels.ts';
import { withBoundedMemory } from './bounded-memory.ts';
import { decodeInWorker, type Answer, type Refused, type Task } from './worker.ts';

/** Decodes one item of a HEIC: all of its pixels, upright, in the colours that the file has. */
export type HeicDecoder = (file: Uint8Array, item: number, deadline: AbortSignal) => Promise<Pixels>;

/** What one picture may take. */
export type HeicLimits = { memoryBytes: number; cpuMs: number };

/**
 * Of memory, 48 megapixels need 200 MB, and 500 in one piece with 10 bits or with alpha; the pixels that libheif hands out are three or
 * four bytes for each of them, outside of this. Of CPU time they need 4 to 6 s on a fast core, and two to three times as much on Lambda.
 * What takes longer must be refused here: at the deadline of the shorter function, 27 s, it would be tried again, in vain, as if the
 * time had been lost by us.
 */
const defaults: HeicLimits = { memoryBytes: 640 * 1024 ** 2, cpuMs: 20_000 };

const LOOK_EVERY_MS = 250;

/**
 * Makes a decoder that works in a thread of its own, whose end gives all memory back. Nothing is loaded before the first picture comes.
 * The compiled module is kept: what V8 has optimised in it serves the next picture too.
 *
 * The decoder throws UnacceptableImageError when libheif cannot decode the file, or not within the limits. It rejects with the deadline's
 * reason when that has passed. Whatever else it throws is ours, a missing library for example.
 */
export function createHeicDecoder(limits: HeicLimits = defaults): HeicDecoder {
  let library: Promise<Library> | undefined;
  return async (file, item, deadline) => {
    library ??= load(limits.memoryBytes);
    const { module, path } = await library.catch((error: unknown) => {
      library = undefined;
      throw error;
    });
    deadline.throwIfAborted();
    const task: Task = { module, library: path, file, item, maximumPixels: imageLimits.pixels };
    const worker = new Worker(`(${decodeInWorker.toString()})()`, { eval: true, workerData: task });
    try {
      return pixelsOf(await answerOf(worker, limits, deadline), limits);
    } finally {
      await worker.terminate();
    }
  };
}

export const decodeHeic: HeicDecoder = createHeicDecoder();

type Library = { module: WebAssembly.Module; path: string };

/** libheif-js is a package: in the layer on Lambda, where NODE_PATH leads, and in the repository's node_modules elsewhere. */
async function load(memoryBytes: number): Promise<Library> {
  const path = createRequire(join(process.cwd(), 'index.js')).resolve('libheif-js/libheif-wasm/libheif.js');
  const wasm = await readFile(join(dirname(path), 'libheif.wasm'));
  return { module: await WebAssembly.compile(withBoundedMemory(wasm, memoryBytes)), path };
}

async function answerOf(worker: Worker, { cpuMs }: HeicLimits, deadline: AbortSignal): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const forget = new AbortController();
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`the thread that decodes HEIC exited with ${code}, without an answer`)),
      );
      const stop = () => reject(deadline.reason as Error);
      deadline.addEventListener('abort', stop, { once: true, signal: forget.signal });
      const look = async (): Promise<void> => {
        // CPU time and not the clock's: other work on the machine is not the picture's fault.
        const { user, system } = await worker.cpuUsage();
        if ((user + system) / 1_000 > cpuMs) resolve({ refused: 'too much CPU time', why: `${user + system} µs` });
      };
      // It cannot be asked once it has exited, and need not be.
      timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
    });
  } finally {
    clearInterval(timer);
    forget.abort();
  }
}

function pixelsOf(answer: Answer, { memoryBytes, cpuMs }: HeicLimits): Pixels {
  if ('decoded' in answer) return answer.decoded;
  const reasons: Record<Refused, string> = {
    damaged: 'the HEIC file is damaged or incomplete: it cannot be decoded',
    'out of memory': `the HEIC file cannot be decoded in ${memoryBytes / 1024 ** 2} MB of memory`,
    'too much CPU time': `the HEIC file cannot be decoded in ${cpuMs / 1_000} seconds of CPU time`,
  };
  throw new UnacceptableImageError(reasons[answer.refused], { cause: new Error(answer.why) });
}

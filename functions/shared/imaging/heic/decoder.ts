import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { UnacceptableImageError } from '../../images/errors.ts';
import { limits } from '../limits.ts';
import type { Pixels } from '../pixels.ts';
import { withBoundedMemory } from './bounded-memory.ts';
import { decodeInWorker, type Answer, type Task } from './worker.ts';

/** Decodes one item of a HEIC: all of its pixels, upright, in the colours that the file has. */
export type HeicDecoder = (file: Uint8Array, item: number, deadline: AbortSignal) => Promise<Pixels>;

/**
 * What libheif may use for one picture, bytes. 50 megapixels of 10 bits with alpha take 560 MB; the pixels that it hands out are as
 * many again as three or four bytes for each, outside of this.
 */
const MEMORY_BYTES = 768 * 1024 ** 2;

/** CPU time for one picture, ms. 48 megapixels take some 5 s on a fast core, and twice as long on Lambda. */
const MOST_CPU_MS = 30_000;
const LOOK_EVERY_MS = 250;

/** Undefined until the first HEIC comes: nobody else pays for it. */
let compiled: Promise<{ module: WebAssembly.Module; library: string }> | undefined;

/**
 * Decodes in a thread of its own, whose end gives all memory back. The compiled module is kept: what V8 has optimised in it serves
 * the next picture too.
 * @throws UnacceptableImageError when libheif cannot decode the file, or not within the memory and CPU time that one picture may take.
 * Rejects with the deadline's reason when that has passed. Whatever else it throws is ours, a missing library for example.
 */
export const decodeHeic: HeicDecoder = async (file, item, deadline) => {
  compiled ??= compile();
  const { module, library } = await compiled.catch((error: unknown) => {
    compiled = undefined;
    throw error;
  });
  deadline.throwIfAborted();
  const task: Task = { module, library, file, item, maximumPixels: limits.pixels };
  const worker = new Worker(`(${decodeInWorker.toString()})()`, { eval: true, workerData: task });
  try {
    return pixelsOf(await answerOf(worker, deadline));
  } finally {
    await worker.terminate();
  }
};

/** libheif-js is a package: in the layer on Lambda, where NODE_PATH leads, and in the repository's node_modules elsewhere. */
async function compile(): Promise<{ module: WebAssembly.Module; library: string }> {
  const library = createRequire(join(process.cwd(), 'index.js')).resolve('libheif-js/libheif-wasm/libheif.js');
  const wasm = await readFile(join(dirname(library), 'libheif.wasm'));
  return { module: await WebAssembly.compile(withBoundedMemory(wasm, MEMORY_BYTES)), library };
}

async function answerOf(worker: Worker, deadline: AbortSignal): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`the thread that decodes HEIC ended with ${code}, without an answer`)),
      );
      deadline.addEventListener('abort', () => reject(deadline.reason as Error), { once: true });
      const look = async (): Promise<void> => {
        // CPU time and not the clock's: other work on the machine is not the picture's fault.
        const { user, system } = await worker.cpuUsage();
        if ((user + system) / 1_000 > MOST_CPU_MS) {
          resolve({ refused: `more than ${MOST_CPU_MS / 1_000} seconds of CPU time` });
        }
      };
      timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
    });
  } finally {
    clearInterval(timer);
  }
}

function pixelsOf(answer: Answer): Pixels {
  if ('decoded' in answer) return answer.decoded;
  const { refused } = answer;
  if (refused.includes('out of memory')) {
    throw new UnacceptableImageError(
      `the HEIC file takes more than ${MEMORY_BYTES / 1024 ** 2} MB of memory to decode`,
    );
  }
  throw new UnacceptableImageError('the HEIC file is damaged or incomplete: it cannot be decoded', {
    cause: new Error(refused),
  });
}

import type { PreviewAnswer, PreviewRequest } from './preview-worker.ts';

declare const PREVIEW_WORKER: string;

export type Previews = { ask: (requests: readonly PreviewRequest[]) => void; forget: (key: string) => void };

/** The browser's own copies, made one after the other in a worker: a photograph of 50 megapixels takes 200 MB while it is decoded. */
export function createPreviews(show: (key: string, blob: Blob) => void): Previews {
  const worker = new Worker(PREVIEW_WORKER, { type: 'module' });
  let queue: PreviewRequest[] = [];
  let busy = false;

  function pump(): void {
    const next = busy ? undefined : queue.shift();
    if (next === undefined) return;
    busy = true;
    worker.postMessage(next);
  }
  worker.onmessage = ({ data: { key, blob } }: MessageEvent<PreviewAnswer>) => {
    busy = false;
    if (blob !== undefined) show(key, blob);
    pump();
  };
  return {
    ask: (requests) => {
      queue.push(...requests);
      pump();
    },
    forget: (key) => {
      queue = queue.filter((request) => request.key !== key);
    },
  };
}

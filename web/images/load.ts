import { signal } from '@preact/signals';
import { serverClock } from '../api/config.ts';
import { api } from '../api/page-api.ts';
import type { ImagePage } from '../api/types.ts';
import { loaded, merge } from './store.ts';

/** Whether the last attempt to read the list failed. It is retried on request. */
export const loadFailed = signal(false);
/** Whether there are more images than those loaded. */
export const hasMore = signal(true);

let next: string | undefined;
let firstEtag: string | undefined;
let asking: Promise<void> | undefined;

/** Reads one page more; harmless when there is none, or one is on its way. */
export function loadMore(): Promise<void> {
  if (!hasMore.peek()) return Promise.resolve();
  asking ??= ask().finally(() => (asking = undefined));
  return asking;
}

async function ask(): Promise<void> {
  try {
    const query = next === undefined ? '' : `?cursor=${encodeURIComponent(next)}`;
    const answer = await api<ImagePage>(`/api/images${query}`);
    if (answer.unchanged) return;
    if (next === undefined) firstEtag = answer.etag;
    next = answer.body.next;
    merge(answer.body.images, serverClock.now());
    hasMore.value = next !== undefined;
    loaded.value = true;
    loadFailed.value = false;
  } catch (error) {
    console.warn('The list of images cannot be read:', error);
    loadFailed.value = true;
  }
}

/** Adds images that are new since then, from other tabs and devices. */
export async function lookForNew(): Promise<void> {
  if (!loaded.peek()) return;
  const answer = await api<ImagePage>('/api/images', { ...(firstEtag !== undefined && { etag: firstEtag }) });
  if (answer.unchanged) return;
  firstEtag = answer.etag;
  merge(answer.body.images, serverClock.now());
}

const etags = new Map<string, string>();

/** Asks for the state of these images, at most 100, and takes it in. `anew`: an unchanged answer will not do. */
export async function lookAtImages(ids: readonly string[], anew = false): Promise<void> {
  if (ids.length === 0) return;
  const query = ids.join(',');
  const etag = anew ? undefined : etags.get(query);
  const answer = await api<ImagePage>(`/api/images?ids=${query}`, { tries: 1, ...(etag !== undefined && { etag }) });
  if (answer.unchanged) return;
  if (etags.size > 50) etags.clear();
  if (answer.etag !== undefined) etags.set(query, answer.etag);
  merge(answer.body.images, serverClock.now());
}

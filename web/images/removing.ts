import { batch, signal } from '@preact/signals';
import { api } from '../api/page-api.ts';
import { ApiProblem } from '../api/problems.ts';
import { sessions } from '../sign-in/browser.ts';
import { focused, focusTile } from '../grid/focus.ts';
import type { Item } from './item.ts';
import { hidden, removeItems, shown } from './store.ts';
import { createUndoable } from './undo.ts';

export const undoable = signal<readonly Item[]>([]);
/** How many could not be deleted, and are back. */
export const notRemoved = signal(0);

/** Other tabs show the same images. */
const channel = new BroadcastChannel('gallery.images');

const deletions = createUndoable<Item>({
  hide: (item) => {
    const list = shown.peek();
    const at = list.indexOf(item);
    batch(() => {
      focused.value = (list[at + 1] ?? list[at - 1])?.key;
      hidden.value = new Set([...hidden.peek(), item.key]);
    });
    // So that a token is at hand that lasts, should the page be left.
    void sessions.accessToken().catch(() => undefined);
  },
  bringBack: (items) => {
    unhide(items);
    const last = items.at(-1);
    if (last) focusTile(last.key);
  },
  commit: (items, leaving) => {
    if (leaving) deleteLeaving(items);
    else void deleteNow(items);
  },
  later: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  show: (items) => {
    undoable.value = items;
  },
});

const unhide = (items: readonly Item[]): void => {
  const left = new Set(hidden.peek());
  for (const { key } of items) left.delete(key);
  hidden.value = left;
};
const addressOf = ({ imageId }: Item): string => `/api/images/${imageId.peek() ?? ''}`;

async function deleteNow(items: readonly Item[]): Promise<void> {
  const results = await Promise.all(
    items.map((item) =>
      api(addressOf(item), { method: 'DELETE', tries: 5 }).then(
        () => true,
        (error: unknown) => error instanceof ApiProblem && error.status === 404,
      ),
    ),
  );
  const done = items.filter((_, n) => results[n]);
  channel.postMessage(done.map(({ imageId }) => imageId.peek()));
  batch(() => {
    removeItems(done);
    unhide(items);
    notRemoved.value = items.length - done.length;
  });
}

/** The requests outlive the page; nothing waits for an answer. */
function deleteLeaving(items: readonly Item[]): void {
  const token = sessions.tokenNow();
  if (token === undefined) return;
  for (const item of items) {
    void fetch(addressOf(item), { method: 'DELETE', keepalive: true, headers: { authorization: `Bearer ${token}` } });
  }
  // Should the page come back from the browser's cache, they are not there.
  removeItems(items);
  unhide(items);
}

export const removeImage = deletions.remove;
export const undoRemoval = deletions.undo;
export const commitRemovals = (): void => deletions.commitNow(true);

export function startRemoving(): void {
  addEventListener('pagehide', () => deletions.commitNow(true));
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (!Array.isArray(data)) return;
    const ids = new Set<unknown>(data);
    removeItems(shown.peek().filter(({ imageId }) => ids.has(imageId.peek())));
  };
}

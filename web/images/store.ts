import { batch, computed, signal } from '@preact/signals';
import type { Image } from '../api/types.ts';
import { itemOfImage, type Item } from './item.ts';
import { keepUrls } from './pictures.ts';

/** Newest first. */
export const items = signal<readonly Item[]>([]);
/** Keys of images that will be deleted unless the user undoes it. */
export const hidden = signal<ReadonlySet<string>>(new Set());
export const shown = computed(() =>
  hidden.value.size === 0 ? items.value : items.value.filter(({ key }) => !hidden.value.has(key)),
);
/** Whether the first page has come. */
export const loaded = signal(false);

const byImageId = new Map<string, Item>();
/** What was deleted here: a page that was asked for before must not bring it back. */
const gone = new Set<string>();

export const itemOfId = (imageId: string): Item | undefined => byImageId.get(imageId);

/** From now on the upload is known under the id of its image. */
export function nameImage(item: Item, imageId: string): void {
  item.imageId.value = imageId;
  byImageId.set(imageId, item);
}

export function addItems(added: readonly Item[]): void {
  items.value = [...added, ...items.peek()];
}

export function removeItems(removed: readonly Item[], forever = true): void {
  if (removed.length === 0) return;
  const out = new Set(removed);
  for (const { imageId } of removed) {
    const id = imageId.peek();
    if (id === undefined) continue;
    byImageId.delete(id);
    if (forever) gone.add(id);
  }
  items.value = items.peek().filter((item) => !out.has(item));
}

/** Takes in what the API says, new images included, at the place that their time gives them. */
export function merge(images: readonly Image[], now: number): void {
  batch(() => {
    const fresh: Item[] = [];
    const deleted: Item[] = [];
    for (const image of images) {
      const known = byImageId.get(image.imageId);
      if (image.status === 'deleted') {
        if (known !== undefined) deleted.push(known);
      } else if (known !== undefined) {
        const kept = keepUrls(known.image.peek(), image, now);
        if (JSON.stringify(kept) !== JSON.stringify(known.image.peek())) known.image.value = kept;
      } else if (!gone.has(image.imageId)) {
        const item = itemOfImage(image);
        byImageId.set(image.imageId, item);
        fresh.push(item);
      }
    }
    removeItems(deleted);
    if (fresh.length > 0) items.value = inOrder(items.peek(), fresh);
  });
}

/** Pages mostly belong at the end, and need no sorting then. */
export function inOrder(old: readonly Item[], fresh: readonly Item[]): readonly Item[] {
  const all = [...old, ...fresh];
  const sorted = all.every((item, n) => n < old.length || n === 0 || (all[n - 1]?.addedAt ?? 0) >= item.addedAt);
  return sorted ? all : all.sort((a, b) => b.addedAt - a.addedAt);
}

import { serverClock } from '../api/config.ts';
import { lookAtImages } from './load.ts';
import type { Item } from './item.ts';
import { goodUntil } from './pictures.ts';

const wanted = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

export const isStale = (item: Item): boolean => {
  const image = item.image.peek();
  return image !== undefined && serverClock.now() >= goodUntil(image);
};

/** Asks for new URLs of a picture whose own have ended; those of many tiles are asked for together. */
export function freshen(item: Item): void {
  const imageId = item.imageId.peek();
  if (imageId === undefined) return;
  wanted.add(imageId);
  timer ??= setTimeout(() => {
    timer = undefined;
    const ids = [...wanted].slice(0, 100);
    for (const id of ids) wanted.delete(id);
    // What fails now is asked for again when the tile is seen the next time.
    void lookAtImages(ids, true).catch(() => undefined);
  }, 100);
}

/** The bucket rejects a URL before it expires: the known state of the picture is out of date. */
export function refusedUrl(item: Item): void {
  const image = item.image.peek();
  if (image === undefined) return;
  item.image.value = { ...image, urlsExpireAt: new Date(0).toISOString() };
  freshen(item);
}

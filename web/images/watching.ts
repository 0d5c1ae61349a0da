import { askConfig, release, serverClock } from '../api/config.ts';
import type { Item } from './item.ts';
import { lookAtImages, lookForNew } from './load.ts';
import { items } from './store.ts';
import { visibleImages } from './visible.ts';
import { createWatch, type Watched } from './watch.ts';

/** When uploads of this tab were sent, ms by this device's clock. */
const sentAt = new Map<Item, number>();

/** Sent from here and not seen yet, or said to be pending by the API. */
function pending(): Watched[] {
  return items.peek().flatMap((item) => {
    const imageId = item.imageId.peek();
    const image = item.image.peek();
    if (imageId === undefined || (image !== undefined && image.status !== 'pending')) return [];
    const since = sentAt.get(item) ?? (image && item.addedAt - serverClock.skew);
    return since === undefined ? [] : [{ imageId, since }];
  });
}

const { wake } = createWatch({
  now: Date.now,
  later: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  isVisible: () => document.visibilityState === 'visible',
  isReleasing: () => release.peek().underWay,
  pending,
  visible: visibleImages,
  look: lookAtImages,
  lookAtRelease: async () => {
    await Promise.all([askConfig(), lookForNew()]);
  },
});

export const watch = {
  /** The bucket has taken it: from now on the API is asked for it. */
  sent: (item: Item): void => {
    sentAt.set(item, Date.now());
    wake();
  },
};

/** ms between two looks that user actions cause. */
const NOT_OFTENER = 10_000;

/** Begins to watch. Nothing is asked while nothing is pending, but for when somebody comes back to the page or moves on it. */
export function startWatching(): void {
  let lookedAt = Date.now();
  const look = () => {
    if (document.visibilityState !== 'visible' || Date.now() - lookedAt < NOT_OFTENER) return;
    lookedAt = Date.now();
    void Promise.all([askConfig(), lookForNew()]).catch(() => undefined); // the next movement looks again
  };
  for (const type of ['focus', 'pointermove', 'pointerdown', 'keydown', 'scroll', 'online']) {
    addEventListener(type, look, { passive: true });
  }
  document.addEventListener('visibilitychange', () => {
    look();
    wake();
  });
  release.subscribe(wake);
  items.subscribe(wake);
}

import { readConfig } from '../api/config.ts';
import { startFlying } from '../grid/flying.ts';
import { loadMore } from '../images/load.ts';
import { startRemoving } from '../images/removing.ts';
import { startWatching } from '../images/watching.ts';
import { uploads } from '../uploads/later.ts';

let startedFor: string | undefined;

const whenIdle = (work: () => void): void => {
  if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 3_000 });
  else setTimeout(work, 1_000);
};

/** Begins to show the images of a user. Another user begins with a new page: nothing of the first one stays in memory. */
export function startGallery(user: string): void {
  if (startedFor === user) return;
  if (startedFor !== undefined) {
    location.reload();
    return;
  }
  startedFor = user;
  void loadMore();
  void readConfig().catch((error: unknown) => console.warn('The configuration cannot be read:', error));
  startFlying();
  startRemoving();
  startWatching();
  whenIdle(() => void uploads().then((loaded) => loaded.startUploads(user)));
}

import { foldersOf, stateOf, type Sources } from '../builder/sources.ts';
import type { Clock } from '../core/clock.ts';
import { createChangeSignal } from './change-signal.ts';
import { watchFolders } from './folders.ts';

/** One deployment; `ms` is how long it took. Where nothing was seen to change (`asked` is false) it mostly finds nothing to do. */
export type Round = { ms: number; asked: boolean } & ({ outcome: 'deployed' } | { outcome: 'failed'; error: Error });

export type WatchOptions = {
  /** The files that the last deployment was made from. */
  sources: () => Sources;
  /** Deploys them as they are now; does nothing where that is what is deployed. */
  deploy: () => Promise<unknown>;
  /** Told after each deployment; of failures that come again unchanged, only once. */
  tell: (round: Round) => void;
  /** Told at most once in each deployment: a source has been changed again, which counts when this one is done. */
  tellWaiting: () => void;
  clock: Pick<Clock, 'work'>;
  stopwatch: () => () => number;
  /** Ends the watch. */
  stopping: AbortSignal;
};

/** An editor that saves, or a tool that writes many files, is done when nothing has happened for so long. */
const SETTLE_MS = 60;
/** But whoever writes without end is not waited for. */
const MOST_SETTLES = 30;

/**
 * Deploys whenever a source has changed, one deployment after another, until `stopping` aborts. Resolves once the last one is done; throws
 * where the system cannot watch.
 */
export async function watch({
  sources,
  deploy,
  tell,
  tellWaiting,
  clock,
  stopwatch,
  stopping,
}: WatchOptions): Promise<void> {
  const changes = createChangeSignal();
  let duringDeployment: (() => void) | undefined;
  const folders = watchFolders(() => {
    changes.set();
    duringDeployment?.();
  });
  stopping.addEventListener('abort', changes.set, { once: true });
  let deployed: string | undefined;
  let failure: string | undefined;

  /** Until whoever writes seems to be done. */
  async function quiet(): Promise<void> {
    for (let count = 0; count < MOST_SETTLES && !stopping.aborted; count += 1) {
      await clock.work(SETTLE_MS, stopping);
      if (!changes.isSet()) return;
      await changes.wait();
    }
  }

  /** A release may take as long as its guards like: whoever saves meanwhile is told that it was seen. */
  function noticeChanges(from: Sources, stamp: string): () => void {
    let isOver = false;
    duringDeployment = () => {
      void stateOf(from).then((now) => {
        if (isOver || now.stamp === stamp) return;
        isOver = true;
        tellWaiting();
      });
    };
    return () => {
      isOver = true;
      duringDeployment = undefined;
    };
  }

  async function round(asked: boolean, from: Sources, stamp: string): Promise<void> {
    const ms = stopwatch();
    const over = noticeChanges(from, stamp);
    try {
      await deploy();
      tell({ outcome: 'deployed', asked, ms: ms() });
      failure = undefined;
    } catch (error) {
      const wrong = error instanceof Error ? error : new Error(String(error));
      if (wrong.message !== failure && !stopping.aborted) tell({ outcome: 'failed', asked, error: wrong, ms: ms() });
      failure = wrong.message;
    } finally {
      over();
    }
  }

  try {
    let isQuiet = true;
    let last: { from: Sources; stamp: string } | undefined;
    // Changes from before the first look count: what is not deployed yet is deployed now.
    for (let asked = false; !stopping.aborted;) {
      folders.follow(await foldersOf(sources()));
      const from = sources();
      const { stamp } = await stateOf(from);
      // More sources than before are no change; the same ones with other contents are. Looked at after the stamp was taken: what the
      // stamp has seen, this sees too.
      if (last !== undefined && (await stateOf(last.from)).stamp !== last.stamp) asked = true;
      // What failed for a file that was not there is mended by one that is no source yet.
      if (stamp !== deployed || (asked && failure !== undefined)) {
        // Changed while the last deployment was in work, perhaps this very moment: a file may be written by half.
        if (!isQuiet) await quiet();
        else {
          deployed = stamp;
          await round(asked, from, stamp);
          last = { from, stamp };
          asked = false;
        }
        isQuiet = !isQuiet;
        continue;
      }
      await changes.wait();
      await quiet();
      isQuiet = true;
      asked = true;
    }
  } finally {
    folders.close();
  }
}

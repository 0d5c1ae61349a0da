/** ms in which a deletion can be undone. */
export const UNDO_TIME = 8_000;

export type Ports<T> = {
  hide: (thing: T) => void;
  /** Back in its place; the last one that was hidden gets the focus. */
  bringBack: (things: readonly T[]) => void;
  /** Asks the API. `leaving`: the page is being left, and cannot wait for the answer. */
  commit: (things: readonly T[], leaving: boolean) => void;
  later: (ms: number, work: () => void) => () => void;
  /** What can be undone has changed. */
  show: (things: readonly T[]) => void;
};
export type Undoable<T> = { remove: (thing: T) => void; undo: () => void; commitNow: (leaving: boolean) => void };

/** Deletions that can be undone: several in a row are one, and the time begins again with each. */
export function createUndoable<T>({ hide, bringBack, commit, later, show }: Ports<T>): Undoable<T> {
  let waiting: readonly T[] = [];
  let cancel: (() => void) | undefined;

  function take(): readonly T[] {
    cancel?.();
    cancel = undefined;
    const taken = waiting;
    waiting = [];
    if (taken.length > 0) show(waiting);
    return taken;
  }
  function commitNow(leaving: boolean): void {
    const taken = take();
    if (taken.length > 0) commit(taken, leaving);
  }
  return {
    remove: (thing) => {
      hide(thing);
      waiting = [...waiting, thing];
      cancel?.();
      cancel = later(UNDO_TIME, () => commitNow(false));
      show(waiting);
    },
    undo: () => {
      const taken = take();
      if (taken.length > 0) bringBack(taken);
    },
    commitNow,
  };
}

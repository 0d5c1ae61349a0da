import { paceOf, RELEASE_PACE } from './pace.ts';

export type Watched = {
  imageId: string;
  /** ms. */
  since: number;
};
export type Ports = {
  now: () => number;
  /** Runs `work` after `ms`; returns how to call it off. */
  later: (ms: number, work: () => void) => () => void;
  /** A hidden tab asks nothing. */
  isVisible: () => boolean;
  isReleasing: () => boolean;
  /** The pending images. */
  pending: () => readonly Watched[];
  /** Images on the screen, to be looked at while a release runs. */
  visible: () => readonly string[];
  /** Asks for the state of these, at most 100, and takes it in. */
  look: (imageIds: readonly string[]) => Promise<void>;
  /** Asks whether the release goes on, and for what is new. */
  lookAtRelease: () => Promise<void>;
};
export type Watch = {
  /** Something may have changed: uploads, visibility, a release. */
  wake: () => void;
};

const AT_MOST = 100;
const AFTER_A_FAILURE = 5_000;

/** Looks at what is pending, at a pace that suits it, and stops by itself when there is nothing to look for. */
export function createWatch(ports: Ports): Watch {
  const lookedAt = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let busy = false;
  let releaseAt = 0;
  let notBefore = 0;

  const dueAt = ({ imageId, since }: Watched, now: number): number => {
    const pace = paceOf(now - since);
    return pace === undefined ? Infinity : (lookedAt.get(imageId) ?? -Infinity) + pace;
  };
  const next = (now: number): number =>
    Math.max(
      notBefore,
      Math.min(ports.isReleasing() ? releaseAt : Infinity, ...ports.pending().map((watched) => dueAt(watched, now))),
    );

  async function round(now: number): Promise<void> {
    const releasing = ports.isReleasing() && releaseAt <= now;
    const due = ports.pending().filter((watched) => dueAt(watched, now) <= now);
    const ids = new Set(due.map(({ imageId }) => imageId));
    for (const id of ids) lookedAt.set(id, now);
    if (releasing) {
      releaseAt = now + RELEASE_PACE;
      for (const id of ports.visible()) ids.add(id);
    }
    const chunks = Array.from({ length: Math.ceil(ids.size / AT_MOST) }, (_, n) =>
      [...ids].slice(n * AT_MOST, (n + 1) * AT_MOST),
    );
    await Promise.all([...(releasing ? [ports.lookAtRelease()] : []), ...chunks.map(ports.look)]);
  }

  function plan(): void {
    cancel?.();
    cancel = undefined;
    if (busy || !ports.isVisible()) return;
    const now = ports.now();
    const at = next(now);
    if (at === Infinity) {
      lookedAt.clear();
      return;
    }
    cancel = ports.later(Math.max(0, at - now), () => {
      cancel = undefined;
      if (!ports.isVisible()) return;
      busy = true;
      round(ports.now())
        .catch(() => {
          notBefore = ports.now() + AFTER_A_FAILURE;
        })
        .finally(() => {
          busy = false;
          plan();
        });
    });
  }
  return { wake: plan };
}

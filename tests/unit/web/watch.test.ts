import { expect, test } from '@jest/globals';
import { paceOf } from '../../../web/images/pace.ts';
import { createWatch, type Watched } from '../../../web/images/watch.ts';

test('one looks every second at first, then ever more rarely, and no more after an hour', () => {
  const at = (seconds: number) => paceOf(seconds * 1000);
  expect([0, 29, 30, 299, 300, 3599, 3600].map(at)).toEqual([1000, 1000, 5000, 5000, 30_000, 30_000, undefined]);
});

/** A watch over a world whose time passes only when told to. */
function bench(pending: Watched[] = []) {
  const world = { now: 0, visible: true, releasing: false, pending, onScreen: [] as string[], fails: false };
  const looks: { at: number; ids: readonly string[] }[] = [];
  const releases: number[] = [];
  let timers: { at: number; work: () => void }[] = [];
  const watch = createWatch({
    now: () => world.now,
    later: (ms, work) => {
      const timer = { at: world.now + ms, work };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    isVisible: () => world.visible,
    isReleasing: () => world.releasing,
    pending: () => world.pending,
    visible: () => world.onScreen,
    look: async (ids) => {
      looks.push({ at: world.now, ids });
      if (world.fails) throw new Error('no answer');
    },
    lookAtRelease: async () => {
      releases.push(world.now);
    },
  });
  async function pass(ms: number): Promise<void> {
    const end = world.now + ms;
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      timers = timers.filter((other) => other !== next);
      world.now = Math.max(world.now, next.at);
      next.work();
      for (let n = 0; n < 20; n += 1) await Promise.resolve();
    }
    world.now = end;
  }
  return { world, watch, looks, releases, pass, isQuiet: () => timers.length === 0 };
}

test('nothing pending: nothing is asked, and no timer waits', async () => {
  const { watch, looks, pass, isQuiet } = bench();
  watch.wake();
  await pass(600_000);
  expect([looks, isQuiet()]).toEqual([[], true]);
});

test('what is pending is looked at within two seconds for thirty, and it ends with the outcome', async () => {
  const { watch, looks, pass, world, isQuiet } = bench([{ imageId: 'a', since: 0 }]);
  watch.wake();
  await pass(30_000);
  const times = looks.map(({ at }) => at);
  expect(Math.max(...times.slice(1).map((at, n) => at - (times[n] ?? 0)))).toBeLessThanOrEqual(2_000);
  world.pending = [];
  await pass(60_000);
  expect(isQuiet()).toBe(true);
});

test('many are looked at a hundred at a time', async () => {
  const { watch, looks, pass } = bench(Array.from({ length: 230 }, (_, n) => ({ imageId: `i${String(n)}`, since: 0 })));
  watch.wake();
  await pass(10);
  expect(looks.map(({ ids }) => ids.length)).toEqual([100, 100, 30]);
});

test('a hidden tab asks nothing, and looks when it is seen again', async () => {
  const { watch, looks, pass, world } = bench([{ imageId: 'a', since: 0 }]);
  world.visible = false;
  watch.wake();
  await pass(60_000);
  expect(looks).toEqual([]);
  world.visible = true;
  watch.wake();
  await pass(10);
  expect(looks.length).toBe(1);
});

test('during a release what is on the screen is looked at every five seconds, and the release too', async () => {
  const { watch, looks, releases, pass, world } = bench();
  world.releasing = true;
  world.onScreen = ['a', 'b'];
  watch.wake();
  await pass(15_000);
  expect(looks.map(({ at }) => at)).toEqual([0, 5_000, 10_000, 15_000]);
  expect(releases).toEqual([0, 5_000, 10_000, 15_000]);
  expect(looks[0]?.ids).toEqual(['a', 'b']);
});

test('after a failure it waits five seconds', async () => {
  const { watch, looks, pass, world } = bench([{ imageId: 'a', since: 0 }]);
  world.fails = true;
  watch.wake();
  await pass(11_000);
  expect(looks.map(({ at }) => at)).toEqual([0, 5_000, 10_000]);
});

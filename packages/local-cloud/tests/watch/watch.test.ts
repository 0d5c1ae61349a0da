import { writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Sources } from '../../src/builder/sources.ts';
import { realTime, type Clock } from '../../src/core/clock.ts';
import { watch, type Round } from '../../src/watch/watch.ts';
import { untilPassing } from '../support/until-passing.ts';

let folder: string;
let rounds: Round[];
/** How often it told that a change has to wait. */
let waiting: number;
let stopping: AbortController;
let watching: Promise<void>;
/** How often it waited until nothing happens any more. */
let settles: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watch-'));
  rounds = [];
  waiting = 0;
  stopping = new AbortController();
  watching = Promise.resolve();
  settles = 0;
  await mkdir(join(folder, 'layer', 'deep'), { recursive: true });
  await write('handler.ts', 'one');
});
afterEach(async () => {
  stopping.abort();
  await watching;
  await rm(folder, { recursive: true, force: true });
});

const write = (path: string, text: string): Promise<void> => writeFile(join(folder, path), text);

/** Watches handler.ts and layer/, with a deployment that does what it is told; resolves after the first look. */
async function start(
  deploy: () => Promise<unknown> = async () => undefined,
  sources = (): Sources => ({ files: [join(folder, 'handler.ts')], folders: [join(folder, 'layer')] }),
  work: Clock['work'] = realTime.work,
): Promise<void> {
  watching = watch({
    sources,
    deploy,
    tell: (round) => rounds.push(round),
    tellWaiting: () => (waiting += 1),
    clock: {
      work: (ms, signal) => {
        settles += 1;
        return work(ms, signal);
      },
    },
    stopwatch: realTime.stopwatch,
    stopping: stopping.signal,
  });
  await told(1);
}

/** Resolves once it waits for changes: until then, what is written counts as changed before it looked. */
const waits = (): Promise<void> =>
  untilPassing(async () => {
    await write('notes.txt', 'to myself');
    expect(settles).toBeGreaterThan(0);
  });
const told = (count: number): Promise<void> => untilPassing(() => expect(rounds.length).toBeGreaterThanOrEqual(count));

test('deploys what changed before it looked first, then after each change, and says how long it took', async () => {
  await start();
  expect(rounds[0]).toMatchObject({ asked: false, outcome: 'deployed' });
  await waits();
  await write('handler.ts', 'two');
  await told(2);
  expect(rounds[1]).toEqual({ asked: true, outcome: 'deployed', ms: expect.any(Number) });
});

test('sees a file that an editor puts in the place of another', async () => {
  await start();
  await write('handler.ts~', 'two');
  await rename(join(folder, 'handler.ts~'), join(folder, 'handler.ts'));
  await told(2);
});

test('sees new files and new folders, however deep, where a whole folder counts', async () => {
  await start();
  await write('layer/deep/new.js', '1');
  await told(2);
  await mkdir(join(folder, 'layer', 'deep', 'deeper'));
  await write('layer/deep/deeper/new.js', '1');
  await untilPassing(() => expect(rounds.length).toBeGreaterThan(2));
  const before = rounds.length;
  await write('layer/deep/deeper/new.js', '22');
  await told(before + 1);
});

test('sees a folder that was deleted and made again', async () => {
  await start();
  await rm(join(folder, 'layer'), { recursive: true });
  await mkdir(join(folder, 'layer'));
  await write('layer/again.js', '1');
  await untilPassing(() => expect(rounds.length).toBeGreaterThan(1));
  const before = rounds.length;
  await write('layer/again.js', '22');
  await told(before + 1);
});

test('deploys once for many files that are written at once, and not for those that are none of its sources', async () => {
  let settle = (): void => undefined;
  // How long it takes until nothing happens any more is for the test to say.
  const work = (_ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      settle = resolve;
      signal?.addEventListener('abort', () => resolve());
    });
  await start(undefined, undefined, work);
  await waits();
  await Promise.all(Array.from({ length: 50 }, (_, index) => write(`layer/${String(index)}.js`, 'x')));
  await untilPassing(() => {
    settle();
    expect(rounds).toHaveLength(2);
  });
  const before = settles;
  await write('notes.txt', 'to myself');
  await untilPassing(() => {
    settle();
    expect(settles).toBeGreaterThan(before);
  });
  settle();
  await write('handler.ts', 'two');
  await untilPassing(() => {
    settle();
    expect(rounds).toHaveLength(3);
  });
  expect(rounds.map(({ asked }) => asked)).toEqual([false, true, true]);
});

test('deploys again what is changed while a deployment is in work, and tells once that it waits; never two at once', async () => {
  const releases: (() => void)[] = [];
  let inWork = 0;
  let most = 0;
  const deployments = async (): Promise<void> => {
    most = Math.max(most, (inWork += 1));
    await new Promise<void>((release) => releases.push(release));
    inWork -= 1;
  };
  watching = watch({
    sources: () => ({ files: [join(folder, 'handler.ts')], folders: [] }),
    deploy: deployments,
    tell: (round) => rounds.push(round),
    tellWaiting: () => (waiting += 1),
    clock: realTime,
    stopwatch: realTime.stopwatch,
    stopping: stopping.signal,
  });
  await untilPassing(() => expect(releases).toHaveLength(1));
  await untilPassing(async () => {
    await write('handler.ts', 'while in work');
    expect(waiting).toBe(1);
  });
  await write('handler.ts', 'and again');
  releases[0]?.();
  await untilPassing(() => expect(releases).toHaveLength(2));
  releases[1]?.();
  await told(2);
  expect(most).toBe(1);
  expect(waiting).toBe(1);
});

test('waits until a file is written that is saved while a deployment is in work', async () => {
  const releases: (() => void)[] = [];
  let settle = (): void => undefined;
  watching = watch({
    sources: () => ({ files: [join(folder, 'handler.ts')], folders: [] }),
    deploy: () => new Promise<void>((release) => releases.push(release)),
    tell: (round) => rounds.push(round),
    tellWaiting: () => (waiting += 1),
    clock: {
      work: (_ms, signal) =>
        new Promise((resolve) => {
          settles += 1;
          settle = resolve;
          signal?.addEventListener('abort', () => resolve());
        }),
    },
    stopwatch: realTime.stopwatch,
    stopping: stopping.signal,
  });
  await untilPassing(() => expect(releases).toHaveLength(1));
  await untilPassing(async () => {
    await write('handler.ts', 'hal');
    expect(waiting).toBe(1);
  });
  releases[0]?.();
  await untilPassing(() => expect(settles).toBeGreaterThan(0));
  expect(releases).toHaveLength(1);
  await write('handler.ts', 'half, and the other half');
  await untilPassing(() => {
    settle();
    expect(releases).toHaveLength(2);
  });
  releases[1]?.();
  await told(2);
  expect(rounds.map(({ asked }) => asked)).toEqual([false, true]);
});

test('what is saved between the end of a deployment and the next look counts as asked for', async () => {
  let saves = false;
  // Whoever asks for the sources has not looked at them yet.
  const sources = (): Sources => {
    if (saves) writeFileSync(join(folder, 'handler.ts'), 'saved in between');
    saves = false;
    return { files: [join(folder, 'handler.ts')], folders: [] };
  };
  await start(async () => (saves = rounds.length === 0), sources);
  await told(2);
  expect(rounds.map(({ asked }) => asked)).toEqual([false, true]);
});

test('tells a failure once, and tries again when a file comes that was missing', async () => {
  let tries = 0;
  let isThere = false;
  await start(async () => {
    tries += 1;
    if (!isThere) throw new Error('Could not resolve "./missing.ts"');
  });
  expect(rounds[0]).toMatchObject({ outcome: 'failed', error: { message: 'Could not resolve "./missing.ts"' } });
  await write('other.ts', 'not it');
  await untilPassing(() => expect(tries).toBe(2));
  expect(rounds).toHaveLength(1);
  isThere = true;
  await write('missing.ts', 'here');
  await told(2);
  expect(rounds[1]?.outcome).toBe('deployed');
});

test('follows the sources as they change', async () => {
  let files = ['handler.ts'];
  await mkdir(join(folder, 'other'));
  await write('other/shared.ts', 'one');
  await start(
    async () => {
      if (rounds.length > 0) files = ['handler.ts', 'other/shared.ts'];
    },
    () => ({ files: files.map((file) => join(folder, file)), folders: [] }),
  );
  await write('handler.ts', 'imports it');
  // One deployment for the change, and a second look since there are more sources than before.
  await told(3);
  const before = rounds.length;
  await write('other/shared.ts', 'two');
  await told(before + 1);
});

test('ends when it is told to', async () => {
  await start();
  stopping.abort();
  await watching;
  await write('handler.ts', 'unseen');
  expect(rounds).toHaveLength(1);
});

import type { Ports } from '../../../../functions/repair-after-rollback/ports.ts';
import type { ImageRecord } from '../../../../functions/shared/images/record.ts';
import type { Mutation } from './run.ts';

// The repairs that look right and are not. Each is the real one, seeing the world through ports that take one precaution away.

/** Whatever the table holds by then is written over by what it held when it was looked through, some time ago. */
const marksWhateverIsThere: Mutation = (ports) => ({
  ...ports,
  scanWrittenBy: async (writer, after) => {
    const page = await ports.scanWrittenBy(writer, after);
    for (let step = 0; step < 10; step++) await ports.readCursor('d-EXAMPLE11');
    return page;
  },
  writeRecord: async (record, expected, withdrawn) => {
    for (let revision = expected; ; revision++) {
      const result = await ports.writeRecord({ ...record, revision: revision + 1 }, revision, withdrawn);
      if (result === 'written' || revision > expected + 10) return result;
    }
  },
});

const marksNothing: Mutation = (ports) => ({ ...ports, writeRecord: async () => 'written' });

const announcesNothing: Mutation = (ports) => ({ ...ports, announce: async () => undefined });

const takesWhatFailedForDone: Mutation = (ports) => ({
  ...ports,
  announce: (image, record) => ports.announce(image, record).catch(() => undefined),
});

/** Announced before it is marked, an image is found up to date. */
const announcesBeforeItMarks: Mutation = (ports) => ({
  ...ports,
  writeRecord: async (record, expected, withdrawn) => {
    await ports.announce(record, record);
    return ports.writeRecord(record, expected, withdrawn);
  },
  announce: async () => undefined,
});

/** The version may be at work still, and its share of the traffic still be its own. */
const doesNotWait: Mutation = (ports) => ({
  ...ports,
  isServed: async () => false,
  now: anHourLater(ports),
});

/** By a clock that is ahead as soon as the version is withdrawn, the first pass is the last one. */
const looksOnce: Mutation = (ports) => ({ ...ports, now: anHourLater(ports) });

function anHourLater(ports: Ports): Ports['now'] {
  let looks = 0;
  return () => new Date(ports.now().getTime() + looks++ * 3_600_000);
}

/** What it reads is what was there at the first look at that place. */
const readsWhatWas: Mutation = (ports) => {
  const pages = new Map<string | undefined, Awaited<ReturnType<Ports['scanWrittenBy']>>>();
  return {
    ...ports,
    scanWrittenBy: async (writer, after) => {
      const page = pages.get(after) ?? (await ports.scanWrittenBy(writer, after));
      pages.set(after, page);
      return page;
    },
  };
};

const only =
  (isSeen: (record: ImageRecord) => boolean): Mutation =>
  (ports) => ({
    ...ports,
    scanWrittenBy: async (writer, after) => {
      const page = await ports.scanWrittenBy(writer, after);
      return { ...page, items: page.items.filter(isSeen) };
    },
  });

/** What was made before the release failed is not looked for. */
const sinceItFailed: Mutation = (ports) => {
  const since = ports.now().toISOString();
  return { ...ports, scanWrittenBy: (writer, after) => ports.scanWrittenBy({ ...writer, since }, after) };
};

/** Told once, an image is never told again, though it may have been made anew by the version that is going. */
const announcesAnImageOnce: Mutation = (ports) => {
  const told = new Set<string>();
  return {
    ...ports,
    announce: async (image, record) => {
      if (told.has(image.key)) return;
      told.add(image.key);
      await ports.announce(image, record);
    },
  };
};

/** The place is written down before what is there has been done: who comes after a crash goes on behind it. */
const movesOnBeforeItIsDone: Mutation = (ports) => {
  let revision = 0;
  return {
    ...ports,
    readCursor: async (deploymentId) => {
      const cursor = await ports.readCursor(deploymentId);
      revision = cursor?.revision ?? 0;
      return cursor;
    },
    scanWrittenBy: async (writer, after) => {
      const page = await ports.scanWrittenBy(writer, after);
      const phase = page.next === undefined ? 'done' : 'early';
      const cursor = { phase, revision: ++revision, ...(page.next !== undefined && { after: page.next }) } as const;
      await ports.writeCursor('d-EXAMPLE11', cursor);
      return page;
    },
    writeCursor: async () => 'written',
  };
};

/** Whoever finds that another one has begun leaves it at that, though that one may have died. */
const findsOthersInTheWay: Mutation = (ports) => ({
  ...ports,
  readCursor: async (deploymentId) => {
    const cursor = await ports.readCursor(deploymentId);
    return cursor && { ...cursor, phase: 'done' };
  },
});

const givesUpOnceAnotherServes: Mutation = (ports) => ({
  ...ports,
  isServed: async (release, version) =>
    (await ports.isServed(release, version)) || !(await ports.isServed(release, '1')),
});

/** Whatever was made since the release began is made again, by whomever. */
const marksAnybodys: Mutation = (ports) => ({
  ...ports,
  scanWrittenBy: async (writer, after) => {
    const pages = await Promise.all(
      ['1', '2', '3'].map((version) => ports.scanWrittenBy({ ...writer, version }, after)),
    );
    const [{ next } = {}] = pages;
    return { items: pages.flatMap(({ items }) => items), ...(next !== undefined && { next }) };
  },
});

export const mutants: Readonly<Record<string, Mutation>> = {
  'stale marks written over whatever is there': marksWhateverIsThere,
  'announced without a stale mark': marksNothing,
  'marked and not announced': announcesNothing,
  'a failed announcement taken for one that was heard': takesWhatFailedForDone,
  'announced before it is marked': announcesBeforeItMarks,
  'no wait until the version is withdrawn': doesNotWait,
  'one pass': looksOnce,
  'pages as they were': readsWhatWas,
  'outputs alone': only(({ status }) => status === 'ready'),
  'outcomes alone': only(({ status }) => status !== 'pending'),
  'not what was taken for deleted': only(({ status }) => status !== 'deleted'),
  'not what was marked already': only(({ status, recipeVersion }) => status === 'pending' || recipeVersion > 0),
  'only what was made since the release failed': sinceItFailed,
  'no image told of twice': announcesAnImageOnce,
  'a place written down before it is done': movesOnBeforeItIsDone,
  'the place of another taken for the end': findsOthersInTheWay,
  'nothing once a third version serves': givesUpOnceAnotherServes,
  'whatever anybody made': marksAnybodys,
};

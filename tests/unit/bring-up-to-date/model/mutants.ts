import type { OriginalVersion } from '../../../../functions/shared/images/image.ts';
import type { ImageRecord, Status } from '../../../../functions/shared/images/record.ts';
import type { Ports } from '../../../../functions/shared/bring-up-to-date/ports.ts';
import type { Mutation } from './run.ts';
import { image } from './actor.ts';

type WorkerMutation = (ports: Ports) => Ports;

// The protocols that look right and are not. Each is the real use case, seeing the world through ports that take one precaution away.

/** The condition of a write is met by looking again right before it: "read the state, then compare-and-set" is no better. */
const lastWriteWins: WorkerMutation = (ports) => ({
  ...ports,
  writeRecord: async (record, _, withdrawn) => {
    const now = await ports.readRecord(record.imageId, record.recipe);
    const revision = now?.revision ?? 0;
    return ports.writeRecord({ ...record, revision: revision + 1 }, revision, withdrawn);
  },
});

const fixedOutputKeys: WorkerMutation = (ports) => ({ ...ports, newAttemptId: () => 'always-the-same' });

const outputKeysByETag: WorkerMutation = (ports) => {
  let eTag = '';
  return {
    ...ports,
    readOriginal: (image, version) => {
      eTag = version.eTag;
      return ports.readOriginal(image, version);
    },
    newAttemptId: () => eTag,
  };
};

/** After a write of this status, the look at the bucket tells what it told before. */
function noSecondLookAfter(status: Status): WorkerMutation {
  return (ports) => {
    let last: OriginalVersion | undefined;
    let isBlind = false;
    return {
      ...ports,
      writeRecord: async (record, expected, withdrawn) => {
        const result = await ports.writeRecord(record, expected, withdrawn);
        isBlind = result === 'written' && record.status === status;
        return result;
      },
      headOriginal: async (image) => {
        if (!isBlind) last = await ports.headOriginal(image);
        isBlind = false;
        return last;
      },
    };
  };
}

/** Counts attempts whatever their age: one that is still at work looks like one that has crashed. */
const plainCounterOfAttempts: WorkerMutation = (ports) => ({
  ...ports,
  readRecord: async (id, recipe) => {
    const item = await ports.readRecord(id, recipe);
    return item?.openAttempts
      ? {
          ...item,
          openAttempts: item.openAttempts.map((attempt) => ({ ...attempt, startedAt: '1970-01-01T00:00:00Z' })),
        }
      : item;
  },
});

/** Counts the beginnings of attempts, and never that they ended. */
const attemptsNeverWithdrawn: WorkerMutation = (ports) => ({
  ...ports,
  writeRecord: (record, expected) => ports.writeRecord(record, expected, []),
  removeOpenAttempt: async () => undefined,
  saveLastError: (record, lastError) => ports.saveLastError(record, lastError),
});

/** The look at the bucket comes before the look at the item. */
const itemReadAfterTheBucket: WorkerMutation = (ports) => {
  let ahead: { original: OriginalVersion | undefined } | undefined;
  return {
    ...ports,
    readRecord: async (id, recipe) => {
      ahead = { original: await ports.headOriginal(image) };
      return ports.readRecord(id, recipe);
    },
    headOriginal: async (wanted) => {
      const original = ahead ? ahead.original : await ports.headOriginal(wanted);
      ahead = undefined;
      return original;
    },
  };
};

const bytesOfWhateverIsThere: WorkerMutation = (ports) => ({
  ...ports,
  readOriginal: async (wanted) => {
    const now = await ports.headOriginal(wanted);
    return now ? ports.readOriginal(wanted, now) : 'changed';
  },
});

/** A record by a newer recipe is taken for out of date, as if "at least as new" were "equal". */
const recipesUndoEachOther: WorkerMutation = (ports) => {
  let actual: ImageRecord | undefined;
  return {
    ...ports,
    readRecord: async (id, recipe) => {
      actual = await ports.readRecord(id, recipe);
      return actual && actual.recipeVersion > 1 ? { ...actual, recipeVersion: 0 } : actual;
    },
    addOpenAttempt: (record, attempt) =>
      ports.addOpenAttempt(actual && record.status === 'ready' ? actual : record, attempt),
  };
};

const notingDemotesReady: WorkerMutation = (ports) => ({
  ...ports,
  addOpenAttempt: (record, attempt) => ports.addOpenAttempt({ ...record, status: 'pending', outputs: [] }, attempt),
});

/** Every outcome forgets every crash: two versions behind one alias then forget each other's. */
const crashesForgotten: WorkerMutation = (ports) => ({
  ...ports,
  writeRecord: async (record, expected, withdrawn) => {
    const item = await ports.readRecord(record.imageId, record.recipe);
    return ports.writeRecord(record, expected, [...withdrawn, ...(item?.openAttempts ?? [])]);
  },
});

const deleteKeysOf = (record: ImageRecord) => record.outputs.map(({ key }) => key);

/** Deletes its outputs when told that it lost, though it may have lost against itself. */
const lostMeansNotWritten: WorkerMutation = (ports) => ({
  ...ports,
  writeRecord: async (record, expected, withdrawn) => {
    const result = await ports.writeRecord(record, expected, withdrawn);
    if (result === 'lost') await ports.deleteOutputs(deleteKeysOf(record));
    return result;
  },
});

/** Deletes its outputs when the write failed, though it may have taken place. */
const failedMeansNotWritten: WorkerMutation = (ports) => ({
  ...ports,
  writeRecord: async (record, expected, withdrawn) => {
    try {
      return await ports.writeRecord(record, expected, withdrawn);
    } catch (error) {
      await ports.deleteOutputs(deleteKeysOf(record));
      throw error;
    }
  },
});

type ReconcilerMutation = NonNullable<Mutation['reconciler']>;

const sparesNothingYoung: ReconcilerMutation = (ports) => ({
  ...ports,
  listOutputs: async (after) => {
    const page = await ports.listOutputs(after);
    return { ...page, items: page.items.map((item) => ({ ...item, lastModified: '1970-01-01T00:00:00Z' })) };
  },
});

const marksWhateverIsThere: ReconcilerMutation = (ports) => ({
  ...ports,
  writeRecord: async (record, _, withdrawn) => {
    const now = await ports.readRecord(record.imageId, record.recipe);
    const revision = now?.revision ?? 0;
    return ports.writeRecord({ ...record, revision: revision + 1 }, revision, withdrawn);
  },
});

const asksForNoVersion: ReconcilerMutation = (ports) => ({ ...ports, servingVersion: async () => undefined });

/** What a withdrawn version made is announced, but looks up to date. */
const marksNothing: ReconcilerMutation = (ports) => ({
  ...ports,
  writeRecord: async () => 'written',
});

export const mutants: Readonly<Record<string, Mutation>> = {
  'last write wins': { worker: lastWriteWins },
  'fixed output keys': { worker: fixedOutputKeys },
  'output keys by ETag': { worker: outputKeysByETag },
  'no second look after ready': { worker: noSecondLookAfter('ready') },
  'no second look after rejected': { worker: noSecondLookAfter('rejected') },
  'no second look after a tombstone': { worker: noSecondLookAfter('deleted') },
  'a plain counter of attempts': { worker: plainCounterOfAttempts },
  'attempts that are never withdrawn': { worker: attemptsNeverWithdrawn },
  'the item read after the bucket': { worker: itemReadAfterTheBucket },
  'the bytes of whatever is there': { worker: bytesOfWhateverIsThere },
  'recipe versions that undo each other': { worker: recipesUndoEachOther },
  'noting an attempt demotes a ready record': { worker: notingDemotesReady },
  'crashes forgotten with every outcome': { worker: crashesForgotten },
  'a lost write taken for one that did not happen': { worker: lostMeansNotWritten },
  'a failed write taken for one that did not happen': { worker: failedMeansNotWritten },
  'a sweep that spares nothing young': { reconciler: sparesNothingYoung },
  'stale marks written over whatever is there': { reconciler: marksWhateverIsThere },
  'nobody asks which version serves': { reconciler: asksForNoVersion },
  'announced without a stale mark': { reconciler: marksNothing },
};

import type { OriginalVersion } from '../../../../functions/shared/images/image.ts';
import type { ImageRecord, Status } from '../../../../functions/shared/images/record.ts';
import { image, type Mutation } from './run.ts';

// The protocols that look right and are not. Each is the real use case, seeing the world through ports that take one precaution away.

/** The condition of a write is met by looking again right before it: "read the state, then compare-and-set" is no better. */
const lastWriteWins: Mutation = (ports) => ({
  ...ports,
  writeRecord: async (record, _, withdrawn) => {
    const now = await ports.readRecord(record.imageId, record.recipe);
    const revision = now?.revision ?? 0;
    return ports.writeRecord({ ...record, revision: revision + 1 }, revision, withdrawn);
  },
});

const fixedOutputKeys: Mutation = (ports) => ({ ...ports, newAttemptId: () => 'always-the-same' });

const outputKeysByETag: Mutation = (ports) => {
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
function noSecondLookAfter(status: Status): Mutation {
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
const plainCounterOfAttempts: Mutation = (ports) => ({
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
const attemptsNeverWithdrawn: Mutation = (ports) => ({
  ...ports,
  writeRecord: (record, expected) => ports.writeRecord(record, expected, []),
  withdrawAttempt: async () => undefined,
  noteFailure: (record, lastError) => ports.noteFailure(record, lastError),
});

/** The look at the bucket comes before the look at the item. */
const itemReadAfterTheBucket: Mutation = (ports) => {
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

const bytesOfWhateverIsThere: Mutation = (ports) => ({
  ...ports,
  readOriginal: async (wanted) => {
    const now = await ports.headOriginal(wanted);
    return now ? ports.readOriginal(wanted, now) : 'changed';
  },
});

/** A record by a newer recipe is taken for out of date, as if "at least as new" were "equal". */
const recipesUndoEachOther: Mutation = (ports) => ({
  ...ports,
  readRecord: async (id, recipe) => {
    const item = await ports.readRecord(id, recipe);
    return item && item.recipeVersion > 1 ? { ...item, recipeVersion: 0 } : item;
  },
});

const notingDemotesReady: Mutation = (ports) => ({
  ...ports,
  noteAttempt: (record, attempt) => ports.noteAttempt({ ...record, status: 'pending', outputs: [] }, attempt),
});

/** Every outcome forgets every crash: two versions behind one alias then forget each other's. */
const crashesForgotten: Mutation = (ports) => ({
  ...ports,
  writeRecord: async (record, expected, withdrawn) => {
    const item = await ports.readRecord(record.imageId, record.recipe);
    return ports.writeRecord(record, expected, [...withdrawn, ...(item?.openAttempts ?? [])]);
  },
});

const deleteKeysOf = (record: ImageRecord) => record.outputs.map(({ key }) => key);

/** Deletes its outputs when told that it lost, though it may have lost against itself. */
const lostMeansNotWritten: Mutation = (ports) => ({
  ...ports,
  writeRecord: async (record, expected, withdrawn) => {
    const result = await ports.writeRecord(record, expected, withdrawn);
    if (result === 'lost') await ports.deleteOutputs(deleteKeysOf(record));
    return result;
  },
});

/** Deletes its outputs when the write failed, though it may have taken place. */
const failedMeansNotWritten: Mutation = (ports) => ({
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

export const mutants: Readonly<Record<string, Mutation>> = {
  'last write wins': lastWriteWins,
  'fixed output keys': fixedOutputKeys,
  'output keys by ETag': outputKeysByETag,
  'no second look after ready': noSecondLookAfter('ready'),
  'no second look after rejected': noSecondLookAfter('rejected'),
  'no second look after a tombstone': noSecondLookAfter('deleted'),
  'a plain counter of attempts': plainCounterOfAttempts,
  'attempts that are never withdrawn': attemptsNeverWithdrawn,
  'the item read after the bucket': itemReadAfterTheBucket,
  'the bytes of whatever is there': bytesOfWhateverIsThere,
  'recipe versions that undo each other': recipesUndoEachOther,
  'noting an attempt demotes a ready record': notingDemotesReady,
  'crashes forgotten with every outcome': crashesForgotten,
  'a lost write taken for one that did not happen': lostMeansNotWritten,
  'a failed write taken for one that did not happen': failedMeansNotWritten,
};

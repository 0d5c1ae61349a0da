import type { Change } from './change.ts';
import { reasonOf } from './deploy.ts';
import type { Deploying, Operation } from './operation.ts';
import type { Progress } from './provider.ts';
import type { ResourceRecord, StackRecord } from './stack-state.ts';

/**
 * Takes back what was done, the newest change first: what was updated gets its properties of before, then what was made is deleted.
 * Gives a line for each resource that is not as it was: what cannot be put back is left to the next update or to continuing the rollback,
 * what cannot be deleted stays. If something cannot be put back nothing is deleted, since what was made may still be in use: `toDelete`
 * names it.
 */
export async function rollBack(
  deploying: Deploying,
  done: readonly Change[],
  { isUpdate, retainExceptOnCreate }: { isUpdate: boolean; retainExceptOnCreate: boolean },
): Promise<{ leftOver: string[]; toDelete: NonNullable<StackRecord['toDelete']> }> {
  const { state, stack, before, history } = deploying;
  const leftOver: string[] = [];
  const newestFirst = done.toReversed();

  for (const { record, putBack, from } of newestFirst) {
    const old = before.get(record.logicalId);
    if (old === undefined) continue;
    if (putBack === undefined) {
      state.saveResource(stack.stackName, old);
      continue;
    }
    try {
      state.saveResource(stack.stackName, { ...old, status: 'UPDATE_IN_PROGRESS' });
      history.resource(old, 'UPDATE_IN_PROGRESS');
      await putBack(inRollback(deploying, old));
      state.saveResource(stack.stackName, settled(old));
      history.resource(old, 'UPDATE_COMPLETE');
    } catch (error) {
      const reason = reasonOf(error);
      history.resource(old, 'UPDATE_FAILED', reason);
      const stuck = { ...old, status: 'UPDATE_FAILED' as const, statusReason: reason };
      state.saveResource(stack.stackName, { ...stuck, ...(from && { rollbackFrom: from }) });
      leftOver.push(`${record.logicalId} could not be put back: ${reason}`);
    }
  }

  if (leftOver.length > 0) {
    return { leftOver, toDelete: newestFirst.filter(({ unmake }) => unmake !== undefined).map(({ record }) => record) };
  }
  if (isUpdate) history.stack('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  for (const { record, change, unmake } of newestFirst) {
    if (unmake === undefined) continue;
    const { logicalId, ref, deletionPolicy } = record;
    if (change === 'created') state.forgetResource(stack.stackName, logicalId);
    if (change === 'created' && deletionPolicy === 'Retain' && !retainExceptOnCreate) {
      history.resource(record, 'DELETE_SKIPPED');
      leftOver.push(
        `${logicalId} (${ref}) is kept, since its DeletionPolicy is Retain (RetainExceptOnCreate would not).`,
      );
      continue;
    }
    try {
      history.resource(record, 'DELETE_IN_PROGRESS');
      await unmake();
      history.resource(record, 'DELETE_COMPLETE');
    } catch (error) {
      const reason = reasonOf(error);
      history.resource(record, 'DELETE_FAILED', reason);
      leftOver.push(`${logicalId} (${ref}) could not be deleted and stays: ${reason}`);
    }
  }
  return { leftOver, toDelete: [] };
}

/** Of a change that is taken back: only the end of the cloud cuts it short. */
export function inRollback(
  { history, stopping }: Pick<Operation, 'history' | 'stopping'>,
  old: ResourceRecord,
): Progress {
  return { signal: stopping, tell: (reason) => history.resource(old, 'UPDATE_IN_PROGRESS', reason) };
}

/** What was in no known state before is in one now. */
export function settled(old: ResourceRecord): ResourceRecord {
  if (old.status !== 'UPDATE_IN_PROGRESS' && old.status !== 'UPDATE_FAILED') return old;
  const record: ResourceRecord = { ...old, status: 'UPDATE_COMPLETE' };
  delete record.statusReason;
  delete record.rollbackFrom;
  return record;
}

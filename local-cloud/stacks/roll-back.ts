import type { Change } from './change.ts';
import { reasonOf, type Deploying } from './deploy.ts';
import type { ResourceRecord } from './stack-state.ts';

/**
 * Takes back what was done, the newest change first: what was updated gets its properties of before, then what was made is deleted.
 * Gives a line for each resource that is not as it was: what cannot be put back is left to the next update, what cannot be deleted stays.
 */
export async function rollBack(
  deploying: Deploying,
  done: readonly Change[],
  { isUpdate, retainExceptOnCreate }: { isUpdate: boolean; retainExceptOnCreate: boolean },
): Promise<string[]> {
  const { state, stack, before, history } = deploying;
  const leftOver: string[] = [];
  const newestFirst = done.toReversed();

  for (const { record, putBack } of newestFirst) {
    const old = before.get(record.logicalId);
    if (old === undefined) continue;
    if (putBack === undefined) {
      state.saveResource(stack.stackName, old);
      continue;
    }
    try {
      state.saveResource(stack.stackName, { ...old, status: 'UPDATE_IN_PROGRESS' });
      history.resource(old, 'UPDATE_IN_PROGRESS');
      await putBack();
      state.saveResource(stack.stackName, settled(old));
      history.resource(old, 'UPDATE_COMPLETE');
    } catch (error) {
      const reason = reasonOf(error);
      history.resource(old, 'UPDATE_FAILED', reason);
      state.saveResource(stack.stackName, { ...old, status: 'UPDATE_FAILED', statusReason: reason });
      leftOver.push(`${record.logicalId} could not be put back: ${reason}`);
    }
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
  return leftOver;
}

/** What was in no known state before is in one now. */
function settled(old: ResourceRecord): ResourceRecord {
  if (old.status !== 'UPDATE_IN_PROGRESS' && old.status !== 'UPDATE_FAILED') return old;
  const record: ResourceRecord = { ...old, status: 'UPDATE_COMPLETE' };
  delete record.statusReason;
  return record;
}

import { setStatus } from './set-status.ts';
import { DeploymentError, reasonOf } from './deploy.ts';
import type { Operation } from './operation.ts';
import { readProperties } from './properties.ts';
import { inRollback, settled } from './roll-back.ts';
import type { ResourceRecord, StackRecord } from './stack-state.ts';

/**
 * Continues the rollback of a stack in UPDATE_ROLLBACK_FAILED: what could not be put back is tried again, but for the resources to skip,
 * which count as put back; then what the failed update had made is deleted. Throws DeploymentError if something still cannot be put back.
 */
export async function continueRollback(operation: Operation, resourcesToSkip: readonly string[]): Promise<void> {
  const { state } = operation;
  const { stackName } = operation.stack;
  const stack = state.stack(stackName);
  if (stack?.status !== 'UPDATE_ROLLBACK_FAILED') {
    throw new DeploymentError(`The stack ${stackName} is not in UPDATE_ROLLBACK_FAILED: there is nothing to continue.`);
  }
  setStatus(operation, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
  const failed: string[] = [];
  for (const record of state.resources(stackName).toReversed()) {
    if (record.status !== 'UPDATE_FAILED') continue;
    const reason = resourcesToSkip.includes(record.logicalId) ? undefined : await putBack(operation, record);
    if (reason === undefined) state.saveResource(stackName, settled(record));
    else {
      state.saveResource(stackName, { ...record, statusReason: reason });
      failed.push(`${record.logicalId} could not be put back: ${reason}`);
    }
  }
  if (failed.length > 0) {
    setStatus(operation, stack, 'UPDATE_ROLLBACK_FAILED', failed.join(' '));
    throw new DeploymentError([`The stack ${stackName} could not be rolled back:`, ...failed].join('\n'));
  }
  await deleteWhatWasMade(operation, stack);
  const done = { ...stack };
  delete done.toDelete;
  setStatus(operation, done, 'UPDATE_ROLLBACK_COMPLETE');
}

/** Deletes what an update had made whose rollback failed, or keeps it as its policy says. What cannot be deleted stays. */
export async function deleteWhatWasMade(
  operation: Operation,
  { stackName, toDelete = [] }: StackRecord,
): Promise<void> {
  const { providers, state, stack: context, history } = operation;
  const nesting = operation.nestingOf(operation);
  if (toDelete.length > 0) history.stack('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  for (const one of toDelete) {
    const { logicalId, type, ref, deletionPolicy } = one;
    // Not where it has been replaced: there its logical id is the old one's again.
    if (state.resource(stackName, logicalId)?.ref === ref) state.forgetResource(stackName, logicalId);
    if (deletionPolicy === 'Retain') {
      history.resource(one, 'DELETE_SKIPPED');
      continue;
    }
    try {
      const provider = providers.get(type);
      if (provider === undefined) throw new Error(`the local cloud does not implement ${type}.`);
      history.resource(one, 'DELETE_IN_PROGRESS');
      await provider.delete({ logicalId, ref, properties: readProperties(provider, one), stack: context, nesting });
      history.resource(one, 'DELETE_COMPLETE');
    } catch (error) {
      history.resource(one, 'DELETE_FAILED', reasonOf(error));
    }
  }
}

/** Returns why it could not be put back. */
async function putBack(operation: Operation, record: ResourceRecord): Promise<string | undefined> {
  const { providers, stack, history } = operation;
  const { logicalId, type, ref, rollbackFrom } = record;
  history.resource(record, 'UPDATE_IN_PROGRESS');
  try {
    const provider = providers.get(type);
    if (provider === undefined) throw new Error(`the local cloud does not implement ${type}.`);
    await provider.update({
      ...{ logicalId, ref, stack, isRollback: true, isContinued: true },
      nesting: operation.nestingOf(operation),
      before: readProperties(provider, { logicalId, type, properties: rollbackFrom?.properties ?? record.properties }),
      properties: readProperties(provider, record),
      updatePolicy: rollbackFrom?.updatePolicy,
      progress: inRollback(operation, record),
    });
    history.resource(record, 'UPDATE_COMPLETE');
    return undefined;
  } catch (error) {
    const reason = reasonOf(error);
    history.resource(record, 'UPDATE_FAILED', reason);
    return reason;
  }
}

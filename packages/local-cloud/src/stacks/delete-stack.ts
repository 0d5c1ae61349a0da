import { setStatus } from './set-status.ts';
import { deleteResources } from './clear-away.ts';
import { DeploymentError } from './deploy.ts';
import type { Operation } from './operation.ts';

/** Deletes a stack with its resources, or keeps them as their policies say. Throws DeploymentError where one could not be deleted. */
export async function deleteStack(operation: Operation): Promise<void> {
  const { state, now } = operation;
  const { stackName } = operation.stack;
  const stack = state.stack(stackName);
  if (stack === undefined || stack.status === 'DELETE_COMPLETE') return;
  setStatus(operation, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  const failed = await deleteResources(operation);
  if (failed.length === 0) {
    setStatus(operation, { ...stack, outputs: [], deletedAt: now().toISOString() }, 'DELETE_COMPLETE');
    return;
  }
  const reason = `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
  setStatus(operation, stack, 'DELETE_FAILED', reason);
  const reasons = failed.map(
    (logicalId) => `${logicalId}: ${state.resource(stackName, logicalId)?.statusReason ?? ''}`,
  );
  throw new DeploymentError([`The stack ${stackName} could not be deleted. ${reason}`, ...reasons].join('\n'));
}

import { InvalidEventError } from '../shared/images/errors.ts';
import { isObject } from '../shared/json.ts';

/**
 * Which deployment an event of CodeDeploy is about: `{"detail": {"deploymentId": "d-…", "state": "FAILURE", …}, …}`. A person may send as
 * much as that. Throws InvalidEventError for what names none, or tells of one that has not failed.
 */
export function deploymentOf(event: unknown): string {
  const detail: unknown = isObject(event) ? event['detail'] : undefined;
  const { deploymentId, state = 'FAILURE' } = isObject(detail) ? detail : {};
  if (typeof deploymentId !== 'string' || !/^[\w-]+$/u.test(deploymentId)) {
    throw new InvalidEventError('the event has no detail.deploymentId, as CodeDeploy’s events have');
  }
  if (state !== 'FAILURE' && state !== 'STOP') {
    throw new InvalidEventError(
      `the deployment ${deploymentId} is in state ${String(state)}: it has withdrawn nothing`,
    );
  }
  return deploymentId;
}

/**
 * Is this CloudFormation's event that a stack was rolled back, `{"detail": {"stack-id": …, "status-details": {"status":
 * "UPDATE_ROLLBACK_COMPLETE"}}}`? The rule lets in those of the own stack only.
 */
export function isStackRollback(event: unknown): boolean {
  const detail: unknown = isObject(event) ? event['detail'] : undefined;
  const details: unknown = isObject(detail) ? detail['status-details'] : undefined;
  return isObject(details) && details['status'] === 'UPDATE_ROLLBACK_COMPLETE';
}

import { InvalidEventError } from '../shared/images/errors.ts';
import { isObject } from '../shared/json.ts';

/**
 * The deployment of an event of CodeDeploy: `{"detail": {"deploymentId": "d-…", "state": "FAILURE", …}, …}`. An operator may send just these
 * fields. Throws InvalidEventError for an event that names no deployment, or one that did not fail.
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
 * "UPDATE_ROLLBACK_COMPLETE"}}}`? The rule matches only events of this stack.
 */
export function isStackRollback(event: unknown): boolean {
  const detail: unknown = isObject(event) ? event['detail'] : undefined;
  const details: unknown = isObject(detail) ? detail['status-details'] : undefined;
  return isObject(details) && details['status'] === 'UPDATE_ROLLBACK_COMPLETE';
}

import type { Check } from './check.ts';

/** Statuses that CloudFormation refuses to update a stack in, and what to do about each; docs/runbook.md has the long version. */
const advice: Readonly<Record<string, string>> = {
  UPDATE_ROLLBACK_FAILED:
    'docs/runbook.md, "The stack is in UPDATE_ROLLBACK_FAILED", says how to continue the rollback; then deploy again.',
  ROLLBACK_COMPLETE: 'Its first deployment failed: delete it (aws cloudformation delete-stack), then deploy again.',
  ROLLBACK_FAILED:
    'Its first deployment failed: delete it (aws cloudformation delete-stack; what cannot be deleted is named in its events), then deploy again.',
  DELETE_FAILED: 'Delete it again (aws cloudformation delete-stack); its events name what could not be deleted.',
};

/** CloudFormation would refuse the deployment only after everything was built and uploaded. */
export const stackCanBeUpdated: Check = async ({ stack }) => {
  if (stack === undefined) return [];
  const { name, status } = stack;
  const next = whatToDo(status);
  return next === undefined ? [] : [`The stack ${name} cannot be updated: it is in ${status}. ${next}`];
};

/** What to do about a stack in this status before it is deployed again; undefined: nothing. */
export function whatToDo(status: string): string | undefined {
  const isBusy = status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
  return (
    advice[status] ??
    (isBusy
      ? 'A deployment is in progress: wait until it has ended (aws cloudformation describe-stacks), then deploy again.'
      : undefined)
  );
}

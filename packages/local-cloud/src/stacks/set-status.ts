import type { Operation } from './operation.ts';
import type { StackRecord } from './stack-state.ts';
import type { StackStatus } from './stack-view.ts';

/** The stack changes its status: kept, and noted in its history. */
export function setStatus(
  { state, history }: Pick<Operation, 'state' | 'history'>,
  stack: StackRecord,
  status: StackStatus,
  statusReason?: string,
): void {
  const changed = { ...stack, status };
  delete changed.statusReason;
  state.saveStack({ ...changed, ...(statusReason !== undefined && { statusReason }) });
  history.stack(status, statusReason);
}

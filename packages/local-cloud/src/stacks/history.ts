import type { Random } from '../core/random.ts';
import type { PublishEvent } from '../services/cloudwatch/alarms.ts';
import type { StackContext } from './provider.ts';
import type { StackState } from './stack-state.ts';
import type { StackEvent } from './stack-view.ts';

/** Notes what happens to a stack and its resources, as DescribeStackEvents tells it, and tells EventBridge of the stack's own statuses. */
export type History = {
  stack: (status: StackEvent['status'], reason?: string) => void;
  resource: (
    resource: { logicalId: string; type: string; ref?: string },
    status: StackEvent['status'],
    reason?: string,
  ) => void;
};

export function createHistory(
  state: Pick<StackState, 'addEvent'>,
  { stackName, stackId }: Pick<StackContext, 'stackName' | 'stackId'>,
  now: () => Date,
  random: Random,
  publish: PublishEvent = () => undefined,
): History {
  const resource: History['resource'] = ({ logicalId, type, ref }, status, reason) => {
    state.addEvent({
      eventId: `${logicalId}-${random.uuid()}`,
      stackId,
      stackName,
      logicalId,
      ...(ref !== undefined && { physicalId: ref }),
      type,
      status,
      ...(reason !== undefined && { statusReason: reason }),
      at: now().toISOString(),
    });
  };
  return {
    resource,
    stack: (status, reason = '') => {
      const stack = { logicalId: stackName, type: 'AWS::CloudFormation::Stack', ref: stackId };
      resource(stack, status, reason === '' ? undefined : reason);
      publish({
        source: 'aws.cloudformation',
        detailType: 'CloudFormation Stack Status Change',
        time: now(),
        resources: [stackId],
        detail: { 'stack-id': stackId, 'status-details': { status, 'status-reason': reason } },
      });
    },
  };
}

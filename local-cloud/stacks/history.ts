import type { Random } from '../random.ts';
import type { StackContext } from './provider.ts';
import type { StackState } from './stack-state.ts';
import type { StackEvent } from './stack-view.ts';

/** Notes what happens to a stack and its resources, as DescribeStackEvents tells it. */
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
    stack: (status, reason) =>
      resource({ logicalId: stackName, type: 'AWS::CloudFormation::Stack', ref: stackId }, status, reason),
  };
}

import { z } from 'zod';
import type { JsonOperation } from '../../../wire/json.ts';
import { wholeNumber } from '../../../wire/read-input.ts';
import { operation } from '../input.ts';
import type { createMoveTasks, MoveTask } from '../move-tasks.ts';

/** Redriving dead letters. */
export function moveOperations(tasks: ReturnType<typeof createMoveTasks>): Record<string, JsonOperation> {
  return {
    StartMessageMoveTask: operation(
      'StartMessageMoveTask',
      z.strictObject({
        SourceArn: z.string(),
        DestinationArn: z.string().optional(),
        MaxNumberOfMessagesPerSecond: wholeNumber(1, 500).optional(),
      }),
      ({ SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond }, { authorize }) => {
        for (const action of ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
          authorize(`sqs:${action}`, SourceArn);
        }
        if (DestinationArn !== undefined) authorize('sqs:SendMessage', DestinationArn);
        const task = tasks.start({
          sourceArn: SourceArn,
          destinationArn: DestinationArn,
          maxPerSecond: MaxNumberOfMessagesPerSecond,
        });
        return { TaskHandle: task.handle };
      },
    ),

    ListMessageMoveTasks: operation(
      'ListMessageMoveTasks',
      z.strictObject({ SourceArn: z.string(), MaxResults: wholeNumber(1, 10).default(1) }),
      ({ SourceArn, MaxResults }, { authorize }) => {
        authorize('sqs:ListMessageMoveTasks', SourceArn);
        return { Results: tasks.list(SourceArn, MaxResults).map(describe) };
      },
    ),

    CancelMessageMoveTask: operation(
      'CancelMessageMoveTask',
      z.strictObject({ TaskHandle: z.string() }),
      ({ TaskHandle }, { authorize }) => {
        const task = tasks.get(TaskHandle);
        authorize('sqs:CancelMessageMoveTask', task.sourceArn);
        tasks.cancel(task);
        return { ApproximateNumberOfMessagesMoved: task.moved };
      },
    ),
  };
}

function describe(task: MoveTask): object {
  return {
    // Only a task that runs can be cancelled, so only that one has a handle.
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
    ...(task.maxPerSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.maxPerSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
    StartedTimestamp: task.startedAt,
  };
}

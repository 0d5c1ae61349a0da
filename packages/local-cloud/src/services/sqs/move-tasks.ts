import { AwsError } from '../../core/aws-error.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Message } from './message.ts';
import type { Queues } from './queues.ts';

export type MoveTask = {
  handle: string;
  sourceArn: string;
  destinationArn?: string | undefined;
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED';
  failureReason?: string;
  maxPerSecond?: number | undefined;
  moved: number;
  toMove: number;
  /** Milliseconds since 1970. */
  startedAt: number;
};

const remembered = 10;

/** Tasks that move dead letters back to the queues they came from, or to another one. */
export function createMoveTasks(queues: Queues, { clock, random, stopping }: ServiceContext) {
  const tasks: MoveTask[] = [];

  async function run(task: MoveTask): Promise<void> {
    const source = queues.byArn(task.sourceArn).messages;
    while (task.status === 'RUNNING' && !stopping.aborted) {
      const message = source.takeOut();
      if (message === undefined) {
        task.status = 'COMPLETED';
        return;
      }
      if (!move(task, message)) {
        source.adopt(message, message.deadLetteredFrom);
        return;
      }
      task.moved++;
      await clock.wait(task.maxPerSecond === undefined ? 0 : 1000 / task.maxPerSecond, stopping);
    }
    if (task.status === 'CANCELLING') task.status = 'CANCELLED';
  }

  /** A moved message is a new one: new id, new age, no receives. */
  function move(task: MoveTask, message: Message): boolean {
    const destination = task.destinationArn ?? message.deadLetteredFrom;
    const target = destination === undefined ? undefined : queues.findByArn(destination);
    if (target === undefined) {
      task.status = 'FAILED';
      task.failureReason =
        destination === undefined ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue';
      return false;
    }
    const { body, attributes, traceHeader, senderId } = message;
    target.messages.send({
      body,
      attributes,
      senderId,
      ...(traceHeader !== undefined && { traceHeader }),
      delaySeconds: 0,
    });
    return true;
  }

  return {
    /** Throws AwsError for a source that is no dead-letter queue of an SQS queue, and while another task runs there. */
    start: (task: Pick<MoveTask, 'sourceArn' | 'destinationArn' | 'maxPerSecond'>): MoveTask => {
      const source = queues.findByArn(task.sourceArn) ?? refuse('SourceArn');
      if (task.destinationArn !== undefined && !queues.findByArn(task.destinationArn)) refuse('DestinationArn');
      if (queues.sourcesOf(task.sourceArn).length === 0) {
        throw new AwsError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
      }
      if (tasks.some((other) => other.sourceArn === task.sourceArn && isActive(other))) {
        throw new AwsError(
          'InvalidParameterValue',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const started: MoveTask = {
        ...task,
        handle: random.uuid(),
        status: 'RUNNING',
        moved: 0,
        toMove: source.messages.counts().visible,
        startedAt: clock.now().getTime(),
      };
      tasks.unshift(started);
      void run(started);
      return started;
    },
    /** The latest first. */
    list: (sourceArn: string, max: number): MoveTask[] => {
      if (!queues.findByArn(sourceArn)) refuse('SourceArn');
      return tasks.filter((task) => task.sourceArn === sourceArn).slice(0, Math.min(max, remembered));
    },
    get: (handle: string): MoveTask => {
      const task = tasks.find((one) => one.handle === handle);
      if (task === undefined) throw new AwsError('ResourceNotFoundException', 'Task does not exist.', 404);
      return task;
    },
    cancel: (task: MoveTask): void => {
      if (task.status !== 'RUNNING') {
        throw new AwsError('UnsupportedOperation', 'Only active tasks can be cancelled.');
      }
      task.status = 'CANCELLING';
    },
  };
}

function isActive({ status }: MoveTask): boolean {
  return status === 'RUNNING' || status === 'CANCELLING';
}

function refuse(parameter: string): never {
  throw new AwsError(
    'ResourceNotFoundException',
    `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    404,
  );
}

import { AwsError } from '../../../core/aws-error.ts';
import { awsJson, type JsonOperation } from '../../../wire/json.ts';
import type { Api } from '../../../wire/messages.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { asSqs, queryCode } from '../error-codes.ts';
import { messageOperations } from './messages.ts';
import { moveOperations } from './message-move-tasks.ts';
import type { createMoveTasks } from '../move-tasks.ts';
import { queueOperations } from './queues.ts';
import { queryProtocol } from '../query-codec.ts';
import type { Queues } from '../queues.ts';

/** One table of operations, two protocols: JSON for today's clients, query for older ones. */
export function sqsApi({
  context,
  queues,
  moveTasks,
}: {
  context: ServiceContext;
  queues: Queues;
  moveTasks: ReturnType<typeof createMoveTasks>;
}): Api {
  const operations: Record<string, JsonOperation> = {
    ...queueOperations(context, queues),
    ...messageOperations(context.accountId, queues),
    ...moveOperations(moveTasks),
  };
  const query = queryProtocol(operations);
  const json = awsJson('sqs', mapValues(operations, named)).handle;
  return {
    signingName: 'sqs',
    handle: async (request) => {
      if (request.headers['content-type']?.startsWith('application/x-amz-json') !== true) return query(request);
      const response = await json(request);
      const code = response.headers?.['x-amzn-errortype'];
      if (code === undefined) return response;
      const fault = response.status < 500 ? 'Sender' : 'Receiver';
      return { ...response, headers: { ...response.headers, 'x-amzn-query-error': `${queryCode(code)};${fault}` } };
    },
  };
}

function named(run: JsonOperation): JsonOperation {
  return async (input, request) => {
    try {
      return await run(input, request);
    } catch (error) {
      throw error instanceof AwsError ? asSqs(error) : error;
    }
  };
}

function mapValues<A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

import { FIRST_NODE_WITHOUT_CALLBACKS, NODE_MAJOR } from './versions.mjs';

/** The handler's second argument, as the Node runtime makes it. */
export function contextOf({ requestId, invokedFunctionArn, deadlineMs, clientContext }) {
  const { env } = process;
  return {
    ...(NODE_MAJOR < FIRST_NODE_WITHOUT_CALLBACKS && { callbackWaitsForEmptyEventLoop: true }),
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

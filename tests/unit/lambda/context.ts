import type { Context } from 'aws-lambda';

/** A context as Lambda gives it, with what tests look at. */
export function context(remainingMs = 30_000): Context {
  return {
    functionName: 'serverless-thumbnails-GenerateThumbnailsFunction-EXAMPLE',
    functionVersion: '7',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:example:live',
    memoryLimitInMB: '1769',
    awsRequestId: '8f507cfc-xmpl-4697-b07a-ac58fc914c95',
    logGroupName: 'group',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => remainingMs,
  } as Context;
}

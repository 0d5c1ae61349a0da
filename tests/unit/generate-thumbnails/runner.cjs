// The part of Lambda that a function sees: loads a bundle as the runtime does (CommonJS), and invokes its handler with what comes
// over the channel: { event, requestId, remainingMs, traceHeader }.
const { handler } = require(process.argv[2]);

process.on('message', async ({ event, requestId, remainingMs, traceHeader }) => {
  if (traceHeader === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceHeader;
  const end = performance.now() + remainingMs;
  const context = {
    functionName: 'function-under-test',
    functionVersion: '7',
    awsRequestId: requestId,
    memoryLimitInMB: '1769',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function-under-test:live',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
  };
  let reply;
  try {
    reply = { result: await handler(event, context) };
  } catch (error) {
    reply = { error: { name: error.name, message: error.message } };
  }
  // The channel may be faster than the pipes: this marks where the invocation's lines end.
  for (const stream of [process.stdout, process.stderr]) stream.write('END\n');
  process.send(reply);
});
process.send({ ready: true });

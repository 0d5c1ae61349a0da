// A parent of one execution environment whose handler (in the folder that the first argument names) never returns.
import { createEnvironment } from '../../../src/runtime/environment.ts';

const environment = createEnvironment({
  configuration: {
    functionName: 'busy',
    version: '$LATEST',
    runtime: 'nodejs24.x',
    handler: 'handler.handler',
    codeFolder: process.argv[2] ?? '',
    layerFolders: [],
    memoryMb: 256,
    timeoutSeconds: 900,
    variables: {},
    tracing: 'PassThrough',
    logging: { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO', group: 'busy' },
  },
  given: {
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    logStream: 'stream',
    xrayDaemonAddress: '127.0.0.1:2000',
  },
  log: ({ text }) => {
    if (text.startsWith('START')) console.log(`pid=${String(environment.pid())}`);
  },
});
void environment.invoke({ requestId: 'busy', invokedFunctionArn: 'arn', event: '{}' });

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RuntimeConfiguration } from '../../../src/runtime/configuration.ts';
import { createEnvironment, type Environment, type InvocationResult } from '../../../src/runtime/environment.ts';

/** Execution environments by themselves, with handlers that a test writes. Call `end` when the test is over. */
export function environments() {
  const folder = mkdtempSync(join(tmpdir(), 'runtime-test-'));
  const open: Environment[] = [];
  let count = 0;

  function write(files: Record<string, string>): string {
    const code = join(folder, `code-${String((count += 1))}`);
    mkdirSync(code);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(code, path)), { recursive: true });
      writeFileSync(join(code, path), text);
    }
    return code;
  }

  function create(
    files: Record<string, string>,
    changes: Partial<RuntimeConfiguration> & { initLimitMs?: number } = {},
  ) {
    const { initLimitMs, ...configured } = changes;
    const lines: string[] = [];
    const environment = createEnvironment({
      configuration: {
        functionName: 'tested',
        version: '7',
        runtime: 'nodejs24.x',
        handler: 'handler.handler',
        codeFolder: write(files),
        layerFolders: [],
        memoryMb: 512,
        timeoutSeconds: 20,
        variables: {},
        tracing: 'PassThrough',
        logging: { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO', group: '/aws/lambda/tested' },
        ...configured,
      },
      given: {
        region: 'us-east-1',
        endpoint: 'http://127.0.0.1:4566',
        credentials: { accessKeyId: 'ASIA', secretAccessKey: 'secret', sessionToken: 'token' },
        logStream: 'stream',
        xrayDaemonAddress: '127.0.0.1:2000',
      },
      log: ({ text }) => void lines.push(text),
      ...(initLimitMs !== undefined && { initLimitMs }),
    });
    open.push(environment);
    let requests = 0;
    return {
      ...environment,
      /** What was logged. */
      lines,
      call: async (event: unknown = {}): Promise<InvocationResult & { value: unknown }> => {
        const result = await environment.invoke({
          requestId: `request-${String((requests += 1))}`,
          invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:tested:live',
          event: JSON.stringify(event),
        });
        return { ...result, value: JSON.parse(result.payload) as unknown };
      },
    };
  }

  return {
    create,
    write,
    /** The same for a CommonJS handler that is this expression. */
    handler: (expression: string, changes?: Parameters<typeof create>[1]) =>
      create({ 'handler.js': `exports.handler = ${expression};` }, changes),
    end: async () => {
      await Promise.all(open.map((environment) => environment.end()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

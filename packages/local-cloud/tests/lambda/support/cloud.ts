import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Artifact } from '../../../src/builder/artifact.ts';
import { createClock } from '../../../src/core/clock.ts';
import type { Delivery } from '../../../src/core/delivery.ts';
import type { CloudEvent } from '../../../src/core/cloud-event.ts';
import type { Roles } from '../../../src/permissions/deliveries.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { FunctionSpec } from '../../../src/services/lambda/configuration.ts';
import { createLambda, type LambdaParts } from '../../../src/services/lambda/lambda.ts';
import type { ServiceContext } from '../../../src/core/service-context.ts';
import { fakeQueues } from './queues.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/worker';

/** Files of a function's code, by path. */
export type Code = Record<string, string>;

/** A handler that is this expression: `code('async (event) => event')`. */
export function code(handler: string): Code {
  return { 'handler.js': `exports.handler = ${handler};` };
}

export type TestCloud = ReturnType<typeof testCloud>;

/** The Lambda service by itself: a role that may everything, queues in memory, deliveries kept. */
export function testCloud(
  options: { factor?: number; seed?: number; state?: boolean; roles?: Partial<Roles> } & Partial<
    Omit<LambdaParts, 'roles'>
  > = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-test-'));
  const events: CloudEvent[] = [];
  const deliveries: Delivery[] = [];
  const logs: string[] = [];
  const queues = fakeQueues();
  let codes = 0;

  function boot() {
    const stop = new AbortController();
    const context: ServiceContext = {
      region: 'us-east-1',
      accountId: '000000000000',
      clock: createClock(options.factor ?? 1),
      random: createRandom(options.seed ?? 7),
      observe: (event) => {
        events.push(event);
        cloud.onEvent(event);
      },
      deliver: async (delivery) => void deliveries.push(delivery),
      stopping: stop.signal,
      endpoint: () => 'http://127.0.0.1:4566',
      ...(options.state === true && { stateFolder: join(folder, 'state') }),
    };
    const lambda = createLambda(context, {
      credentialsFor: () => ({ accessKeyId: 'ASIATEST', secretAccessKey: 'secret', sessionToken: 'token' }),
      queues: queues.reader,
      visibilityTimeoutOf: () => 900,
      writeLog: ({ message }) => void logs.push(message),
      codeFolder: join(folder, 'uploaded'),
      maximumProcesses: 4,
      ...options,
      roles: { decide: () => 'allowed', mayAssume: () => true, ...options.roles },
    });
    return {
      context,
      lambda,
      stop: async () => {
        stop.abort();
        await lambda.stop();
      },
    };
  }

  function artifact(files: Code): Artifact {
    const Folder = join(folder, `code-${String((codes += 1))}`);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(Folder, path)), { recursive: true });
      writeFileSync(join(Folder, path), text);
    }
    return { Folder, Sha256: codes.toString(16).padStart(64, '0') };
  }

  function spec(functionName: string, files: Code, changes: Partial<FunctionSpec> = {}): FunctionSpec {
    return {
      functionName,
      description: '',
      roleArn: ROLE,
      runtime: 'nodejs24.x',
      handler: 'handler.handler',
      architecture: 'arm64',
      memoryMb: 256,
      timeoutSeconds: 10,
      ephemeralStorageMb: 512,
      variables: {},
      layers: [],
      tracing: 'PassThrough',
      logging: { format: 'Text', applicationLevel: 'INFO', systemLevel: 'INFO', group: `/aws/lambda/${functionName}` },
      code: artifact(files),
      ...changes,
    };
  }

  const cloud = {
    folder,
    onEvent: ((): void => undefined) as (event: CloudEvent) => void,
    events,
    deliveries,
    logs,
    queues,
    artifact,
    spec,
    get lambda() {
      return running.lambda;
    },
    get context() {
      return running.context;
    },
    create: (functionName: string, files: Code, changes?: Partial<FunctionSpec>) =>
      running.lambda.createFunction(spec(functionName, files, changes)),
    /** One synchronous invocation: the answer, its payload parsed. */
    call: async (functionName: string, event: unknown = {}, qualifier?: string) => {
      const answer = await running.lambda.invoke({
        target: { functionName, ...(qualifier !== undefined && { qualifier }) },
        kind: 'synchronous',
        requestId: running.context.random.uuid(),
        event: JSON.stringify(event),
      });
      return { ...answer, result: JSON.parse(answer.payload) as unknown };
    },
    of: <T extends CloudEvent['type']>(type: T) =>
      events.filter((event): event is Extract<CloudEvent, { type: T }> => event.type === type),
    restart: async () => {
      await running.stop();
      running = boot();
      running.lambda.start();
    },
    end: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  let running = boot();
  return cloud;
}

import { AwsError } from '../../core/aws-error.ts';
import { createEnvironment, type Environment, type InvocationResult } from '../../runtime/environment.ts';
import type { Pool } from '../../runtime/pool.ts';
import type { GivenVariables } from '../../runtime/variables.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { qualifiedArn, type FunctionReference } from './arns.ts';
import type { Concurrency } from './concurrency.ts';
import { runtimeConfiguration, type FunctionConfiguration } from './configuration.ts';
import type { Functions } from './functions.ts';

export type InvocationKind = 'synchronous' | 'asynchronous' | 'poll';

export type Call = {
  target: FunctionReference;
  kind: InvocationKind;
  requestId: string;
  /** The event's JSON. */
  event: string;
  traceHeader?: string;
  clientContext?: string;
  /** Milliseconds since the epoch: since when this work waits. */
  since?: number;
  /** The caller is a function and waits for the answer. */
  urgent?: boolean;
  /** A person waits for the answer. */
  interactive?: boolean;
};

export type Answer = InvocationResult & { executedVersion: string };

export type Invoke = (call: Call) => Promise<Answer>;

/** Takes a function's log; `timestamp` is in milliseconds since the epoch. */
export type WriteLog = (entry: { group: string; stream: string; timestamp: number; message: string }) => void;

export type InvokeParts = {
  context: ServiceContext;
  functions: Functions;
  concurrency: Concurrency;
  pool: Pool;
  /** Keys for a session of the role, named after the function. */
  credentialsFor: (roleArn: string, sessionName: string) => NonNullable<GivenVariables['credentials']>;
  writeLog: WriteLog;
  /** Asks whether a role may; see permissions/evaluate.ts. */
  roleMay: (roleArn: string, action: string, resource: string) => boolean;
  xrayDaemonAddress: string;
  /** Wraps each environment that is made, e.g. to harm it. */
  environments?: (environment: Environment) => Environment;
};

/** What the environments of a function as it is configured are made by. Throws AwsError ServiceException where that cannot be. */
export function createEnvironments(parts: InvokeParts): (configuration: FunctionConfiguration) => Environment {
  const wrap = parts.environments ?? ((environment: Environment): Environment => environment);
  return (configuration) => wrap(environmentFor(configuration, parts));
}

/**
 * Runs a function once. Throws AwsError ResourceNotFoundException, TooManyRequestsException (no concurrency left), and
 * ServiceException where no environment can be made; an error of the function itself is an answer.
 */
export function createInvoke(parts: InvokeParts): Invoke {
  const { context, functions, concurrency, pool } = parts;
  const environmentOf = createEnvironments(parts);
  // A branch of its own: how many environments have been made decides nobody's version.
  const weights = context.random.branch('weights');

  return async ({ target, kind, requestId, event, traceHeader, clientContext, since, urgent, interactive }) => {
    const configuration = functions.resolve(target, weights.next);
    const { functionName, version } = configuration;
    const leave = concurrency.enter(functionName);
    if (leave === undefined) {
      context.observe({ type: 'invocation-throttled', functionName, version, ...qualifierOf(target), kind });
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      });
    }
    try {
      const result = await pool.run(
        {
          key: environmentKey(configuration),
          make: () => environmentOf(configuration),
          since: since ?? context.clock.now().getTime(),
          ...(urgent !== undefined && { urgent }),
          ...(interactive !== undefined && { interactive }),
        },
        {
          requestId,
          invokedFunctionArn: qualifiedArn(configuration.functionArn, target.qualifier),
          event,
          traceHeader: traceFor(configuration, traceHeader, context),
          ...(clientContext !== undefined && { clientContext }),
        },
      );
      // A process that ends with the cloud is no news.
      if (context.stopping.aborted) return { ...result, executedVersion: version };
      context.observe({
        type: 'invocation-ended',
        functionName,
        version,
        ...qualifierOf(target),
        requestId,
        kind,
        durationMs: result.durationMs,
        ...(result.initMs !== undefined && { initMs: result.initMs }),
        outcome: result.outcome,
        ...(result.outcome !== 'succeeded' && { error: messageOf(result.payload) }),
      });
      return { ...result, executedVersion: version };
    } finally {
      leave();
    }
  };
}

function qualifierOf({ qualifier }: FunctionReference): { qualifier?: string } {
  return qualifier === undefined ? {} : { qualifier };
}

/** Tells one state of a function from every other. */
export function environmentKey({ functionArn, version, revisionId }: FunctionConfiguration): string {
  return `${functionArn}:${version}#${revisionId}`;
}

function environmentFor(configuration: FunctionConfiguration, parts: InvokeParts): Environment {
  const { context, writeLog } = parts;
  const { functionName, version, logging, roleArn } = configuration;
  const day = context.clock.now().toISOString().slice(0, 10).replaceAll('-', '/');
  const stream = `${day}/[${version}]${context.random.hex(32)}`;
  const isKept = mayWriteLogs(configuration, stream, parts);
  try {
    return createEnvironment({
      configuration: runtimeConfiguration(configuration),
      given: {
        region: context.region,
        endpoint: context.endpoint(),
        credentials: parts.credentialsFor(roleArn, functionName),
        logStream: stream,
        xrayDaemonAddress: parts.xrayDaemonAddress,
      },
      log: ({ timestamp, text, requestId }) => {
        if (isKept) writeLog({ group: logging.group, stream, timestamp, message: text });
        context.observe({
          type: 'function-log',
          functionName,
          version,
          line: text,
          ...(requestId !== undefined && { requestId }),
        });
      },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AwsError('ServiceException', `No execution environment for ${functionName} can be made: ${why}`, 500);
  }
}

/** Lambda writes a function's log as its role; without the permission it is lost, which on AWS nothing tells. */
function mayWriteLogs(
  { functionName, roleArn, logging }: FunctionConfiguration,
  stream: string,
  { context, roleMay }: InvokeParts,
): boolean {
  const { region, accountId, observe } = context;
  const arn = `arn:aws:logs:${region}:${accountId}:log-group:${logging.group}:log-stream:${stream}`;
  const missing = ['logs:CreateLogStream', 'logs:PutLogEvents'].find((action) => !roleMay(roleArn, action, arn));
  if (missing === undefined) return true;
  observe({
    type: 'note',
    text: `The log of ${functionName} is kept nowhere: its role ${roleArn} may not ${missing} on ${arn}.`,
  });
  return false;
}

/** X-Ray's header: the caller's, or a new one; an actively traced function samples, others leave that to who calls them. */
function traceFor(
  { tracing }: FunctionConfiguration,
  header: string | undefined,
  { clock, random }: ServiceContext,
): string {
  if (header !== undefined && /(^|;)\s*Root=/.test(header)) {
    if (/(^|;)\s*Sampled=[01]/.test(header)) return header;
    return `${header};Sampled=${tracing === 'Active' ? '1' : '0'}`;
  }
  const seconds = Math.floor(clock.now().getTime() / 1000).toString(16);
  return `Root=1-${seconds}-${random.hex(24)};Parent=${random.hex(16)};Sampled=${tracing === 'Active' ? '1' : '0'}`;
}

/** What a failed invocation says went wrong, for people. */
export function messageOf(payload: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: unknown; errorMessage?: unknown };
    return `${String(errorType)}: ${String(errorMessage)}`;
  } catch {
    return payload;
  }
}

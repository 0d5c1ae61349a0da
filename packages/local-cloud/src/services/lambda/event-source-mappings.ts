import { join } from 'node:path';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { checkPattern } from '../../matching/event-pattern.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { FunctionReference } from './arns.ts';
import type { Functions } from './functions.ts';

/** An event source mapping from a queue to a function, as it is kept. */
export type Mapping = {
  uuid: string;
  queueArn: string;
  target: FunctionReference;
  enabled: boolean;
  batchSize: number;
  windowSeconds: number;
  reportBatchItemFailures: boolean;
  maximumConcurrency?: number | undefined;
  /** Event patterns; a message that none of them matches is deleted unseen. */
  filters: string[];
  lastModified: string;
};

export type MappingSpec = Omit<Mapping, 'uuid' | 'lastModified'>;

export type Mappings = ReturnType<typeof openMappings>;

export type MappingParts = {
  context: ServiceContext;
  functions: Functions;
  /** Seconds; undefined where the queue service does not say. */
  visibilityTimeoutOf: (queueArn: string) => Promise<number | undefined>;
  /** Asks whether a role may; see permissions/evaluate.ts. */
  roleMay: (roleArn: string, action: string, resource: string) => boolean;
  /** Starts to poll for a mapping; the signal ends it. */
  poll: (mapping: Mapping, ended: AbortSignal) => Promise<void>;
};

/** The mappings of the account; each enabled one is polled for. */
export function openMappings(parts: MappingParts) {
  const { context, functions } = parts;
  const kept = openStore<Mapping>(
    context.stateFolder && join(context.stateFolder, 'lambda', 'event-source-mappings.jsonl'),
  );
  const polling = new Map<string, AbortController>();

  function stopPolling(uuid: string): void {
    polling.get(uuid)?.abort();
    polling.delete(uuid);
  }

  function startPolling(mapping: Mapping): void {
    stopPolling(mapping.uuid);
    if (!mapping.enabled || context.stopping.aborted) return;
    const ended = new AbortController();
    polling.set(mapping.uuid, ended);
    void parts.poll(mapping, AbortSignal.any([ended.signal, context.stopping]));
  }

  function get(uuid: string): Mapping {
    const found = kept.get(uuid);
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `The event source mapping ${uuid} does not exist.`, 404);
    }
    return found;
  }

  async function check(spec: MappingSpec): Promise<void> {
    const { queueArn, target, batchSize, windowSeconds, maximumConcurrency } = spec;
    if (!/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[^:]+$/.test(queueArn)) {
      throw notImplemented(`event source mappings from ${queueArn}: only SQS queues are`);
    }
    if (queueArn.endsWith('.fifo')) throw notImplemented(`event source mappings from FIFO queues (${queueArn})`);
    const { roleArn, timeoutSeconds, functionName } = functions.resolve(target, () => 1);
    if (batchSize < 1 || batchSize > 10_000) {
      invalid(`BatchSize is ${String(batchSize)}: for a standard queue it is 1 to 10000.`);
    }
    if (windowSeconds < 0 || windowSeconds > 300) {
      invalid(`MaximumBatchingWindowInSeconds is ${String(windowSeconds)}: it is 0 to 300.`);
    }
    if (batchSize > 10 && windowSeconds === 0) {
      invalid('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10');
    }
    if (maximumConcurrency !== undefined && (maximumConcurrency < 2 || maximumConcurrency > 1000)) {
      invalid(`MaximumConcurrency is ${String(maximumConcurrency)}: it is 2 to 1000.`);
    }
    for (const filter of spec.filters) checkPattern(filter);

    const missing = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].find(
      (action) => !parts.roleMay(roleArn, action, queueArn),
    );
    if (missing !== undefined) {
      const [, permission] = missing.split(':');
      invalid(
        `The provided execution role does not have permissions to call ${String(permission)} on SQS (role ${roleArn}, queue ${queueArn}).`,
      );
    }
    const visibility = await parts.visibilityTimeoutOf(queueArn);
    if (visibility !== undefined && visibility < timeoutSeconds) {
      invalid(
        `Queue visibility timeout: ${String(visibility)} seconds is less than Function timeout: ${String(timeoutSeconds)} seconds (queue ${queueArn}, function ${functionName}).`,
      );
    }
    const twin = [...kept.entries()].find(
      ([, other]) =>
        other.queueArn === queueArn &&
        other.target.functionName === target.functionName &&
        other.target.qualifier === target.qualifier,
    );
    if (twin !== undefined && !('uuid' in spec && spec.uuid === twin[0])) {
      throw new AwsError(
        'ResourceConflictException',
        `An event source mapping with SQS arn (" ${queueArn} ") and function (" ${functionName} ") already exists. Please update or delete the existing mapping with UUID ${twin[0]}`,
        409,
      );
    }
  }

  function save(mapping: Mapping): Mapping {
    kept.set(mapping.uuid, mapping);
    startPolling(mapping);
    return mapping;
  }

  return {
    get,
    list: (): Mapping[] => [...kept.entries()].map(([, mapping]) => mapping),
    create: async (spec: MappingSpec): Promise<Mapping> => {
      await check(spec);
      return save({ ...spec, uuid: context.random.uuid(), lastModified: context.clock.now().toISOString() });
    },
    update: async (uuid: string, changes: Partial<MappingSpec>): Promise<Mapping> => {
      const changed = { ...get(uuid), ...changes, lastModified: context.clock.now().toISOString() };
      await check(changed);
      return save(changed);
    },
    delete: (uuid: string): Mapping => {
      const gone = get(uuid);
      stopPolling(uuid);
      kept.delete(uuid);
      return gone;
    },
    start: (): void => {
      for (const [, mapping] of kept.entries()) startPolling(mapping);
    },
  };
}

function invalid(message: string): never {
  throw new AwsError('InvalidParameterValueException', message);
}

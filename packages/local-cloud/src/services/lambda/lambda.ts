import { availableParallelism } from 'node:os';
import { AwsError, notImplemented } from '../../core/aws-error.ts';
import type { Artifact } from '../../builder/artifact.ts';
import type { Delivery } from '../../core/delivery.ts';
import { authorizeDelivery, type Roles } from '../../permissions/deliveries.ts';
import type { QueueReader } from '../../delivery/queue-reader.ts';
import { createPool } from '../../runtime/pool.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { lambdaApi } from './api/api.ts';
import { readReference, type FunctionReference } from './arns.ts';
import { createAsyncQueue } from './async-queue.ts';
import { createConcurrency } from './concurrency.ts';
import { frozenPart, type Alias, type EventInvokeConfig, type FunctionSpec } from './configuration.ts';
import { createDestinations } from './destinations.ts';
import { openMappings } from './event-source-mappings.ts';
import { openFunctions, without } from './functions.ts';
import { createEnvironments, createInvoke, environmentKey, type InvokeParts, type WriteLog } from './invoke.ts';
import { openLayers } from './layers.ts';
import { openPermissions } from './permissions.ts';
import { createPoller } from './poller.ts';
import { checkJson } from './event-json.ts';
import { layDownZip } from './uploads.ts';
import { checkReservation } from './reservation.ts';

export type LambdaParts = {
  roles: Roles;
  credentialsFor: InvokeParts['credentialsFor'];
  queues: QueueReader;
  /** Seconds. Throws AwsError where there is no such queue. */
  visibilityTimeoutOf: (queueArn: string) => number | Promise<number>;
  writeLog: WriteLog;
  /** Where code that is uploaded is kept, beside what was built; published versions run from there. */
  codeFolder: string;
  /** How many processes run functions at once; by default six, or as many as this machine has cores. More are kept. */
  maximumProcesses?: number;
  environments?: InvokeParts['environments'];
  /** `host:port`. */
  xrayDaemonAddress?: string;
};

export type Lambda = ReturnType<typeof createLambda>;

const LARGEST_ASYNCHRONOUS_EVENT = 1024 * 1024;

/** What a role needs to deliver, by the target's service. */
const DELIVERING: Readonly<Partial<Record<string, string>>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
};

/** The function service. Call `start` once the endpoint is known and the roles are there: it takes up what the last run left. */
export function createLambda(context: ServiceContext, parts: LambdaParts) {
  const { roles, queues, writeLog, credentialsFor, xrayDaemonAddress = '127.0.0.1:2000' } = parts;
  const { clock, stopping } = context;
  const maximumProcesses = parts.maximumProcesses ?? Math.max(6, availableParallelism());

  const functions = openFunctions(context);
  const layers = openLayers(context);
  const permissions = openPermissions(functions);
  const pool = createPool({ clock, maximumProcesses, stopping });
  const reservedOf = (name: string): number | undefined =>
    functions.exists(name) ? functions.record(name).reservedConcurrency : undefined;
  const reservedInAll = (): number =>
    functions.list().reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  const concurrency = createConcurrency(reservedOf, reservedInAll);
  const roleMay = (roleArn: string, action: string, resource: string): boolean =>
    roles.decide(roleArn, action, resource) === 'allowed';
  const invoking: InvokeParts = {
    context,
    functions,
    concurrency,
    pool,
    credentialsFor,
    writeLog,
    roleMay,
    xrayDaemonAddress,
    ...(parts.environments && { environments: parts.environments }),
  };
  const invoke = createInvoke(invoking);
  const environmentOf = createEnvironments(invoking);

  /** Functions of which every version that an alias leads to has an environment ready. */
  let warm: readonly string[] = [];
  function warmUp(): void {
    const versions = warm
      .filter(functions.exists)
      .flatMap((name) =>
        [...new Set(Object.values(functions.record(name).aliases).flatMap(versionsOf))].map((qualifier) =>
          functions.resolve({ functionName: name, qualifier }, () => 1),
        ),
      );
    pool.keepWarm(new Map(versions.map((one) => [environmentKey(one), () => environmentOf(one)])));
  }

  const events = createAsyncQueue({
    context,
    invoke,
    concurrency,
    describe: (target) => ({
      configuration: functions.resolve(target, () => 1),
      config: functions.record(target.functionName).eventInvokeConfigs[target.qualifier ?? '$LATEST'] ?? {},
    }),
    reservedOf,
    finish: createDestinations(context),
    window: maximumProcesses,
  });

  const poll = createPoller({
    context,
    queues,
    invoke,
    concurrency,
    hasRoom: pool.hasRoom,
    checkRole: ({ target, queueArn }) => {
      const { roleArn } = functions.resolve(target, () => 1);
      for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) {
        if (roles.decide(roleArn, action, queueArn) === 'allowed') continue;
        throw new AwsError('AccessDenied', `${roleArn} is not authorized to perform: ${action} on ${queueArn}`, 403);
      }
    },
  });
  const mappings = openMappings({
    context,
    functions,
    visibilityTimeoutOf: async (queueArn) => parts.visibilityTimeoutOf(queueArn),
    roleMay,
    poll,
  });

  function checkRole(spec: FunctionSpec): void {
    const { roleArn, deadLetterArn } = spec;
    if (roles.mayAssume('lambda.amazonaws.com', roleArn)) {
      if (deadLetterArn !== undefined) checkDestination(spec, deadLetterArn);
      return;
    }
    throw new AwsError(
      'InvalidParameterValueException',
      `The role defined for the function cannot be assumed by Lambda: ${roleArn} does not trust lambda.amazonaws.com.`,
    );
  }

  /** May the function's role deliver there? Lambda asks when a destination is set, not only when it is needed. */
  function checkDestination(
    { roleArn, functionName }: Pick<FunctionSpec, 'roleArn' | 'functionName'>,
    to: string,
  ): void {
    const [, , service = ''] = to.split(':');
    const action = DELIVERING[service];
    if (action === undefined) throw notImplemented(`destinations of functions like ${to} (of ${functionName})`);
    if (roles.decide(roleArn, action, to) === 'allowed') return;
    throw new AwsError(
      'InvalidParameterValueException',
      `The function's execution role does not have permissions to call ${action} on ${to} (function ${functionName}, role ${roleArn}).`,
    );
  }

  /** Does the function's policy (or the delivery's role) let this in? Throws AwsError ResourceNotFoundException or AccessDenied. */
  function checkDelivery({ to, from }: Pick<Delivery, 'to' | 'from'>): FunctionReference {
    const target = readReference(to);
    functions.resolve(target, () => 1);
    const policy = permissions.policyOf(target.functionName, target.qualifier);
    authorizeDelivery(from, {
      action: 'lambda:InvokeFunction',
      resource: to,
      accountId: context.accountId,
      resourcePolicies: policy === undefined ? [] : [policy],
      roles,
    });
    return target;
  }

  /** Takes what another service delivers, if it may: an asynchronous invocation. */
  async function acceptDelivery(delivery: Delivery): Promise<void> {
    enqueue(checkDelivery(delivery), delivery.body, delivery.traceHeader);
  }

  function enqueue(target: FunctionReference, event: string, traceHeader?: string, requestId?: string): void {
    const size = Buffer.byteLength(event);
    if (size > LARGEST_ASYNCHRONOUS_EVENT) {
      throw new AwsError(
        'RequestTooLargeException',
        `${String(size)} byte payload is too large for the Event invocation type (limit ${String(LARGEST_ASYNCHRONOUS_EVENT)} bytes)`,
        413,
      );
    }
    checkJson(event);
    events.add(target, event, traceHeader, requestId);
  }

  const lambda = {
    /** Reading, versions and aliases; to create, change and delete functions use the methods beside it. */
    functions,
    layers,
    permissions,
    mappings,
    invoke,
    checkDelivery,
    acceptDelivery,
    enqueue,
    /** How many asynchronous events are not done with. */
    queuedEvents: events.size,
    processes: pool.processes,
    takeConcurrencyPeak: concurrency.takePeak,

    createFunction: (spec: FunctionSpec) => {
      checkRole(spec);
      return functions.create(spec);
    },
    /** Environments of the state before end once they are free. */
    updateFunction: (spec: FunctionSpec) => {
      checkRole(spec);
      const before = functions.record(spec.functionName).latest;
      const after = { ...before, ...spec };
      if (spec.deadLetterArn === undefined) delete after.deadLetterArn;
      if (frozenPart(after) === frozenPart(before)) return before;
      const latest = functions.update(spec);
      pool.retire((key) => key === environmentKey(before));
      return latest;
    },
    /** The same with other code, or with the same once more: like Lambda, it takes every upload for a change. */
    replaceCode: (name: string, changes: Pick<FunctionSpec, 'code' | 'architecture'>) => {
      const before = functions.record(name).latest;
      const latest = functions.update({ ...before, ...changes });
      pool.retire((key) => key === environmentKey(before));
      return latest;
    },
    layDownCode: (zip: Buffer, functionName: string): Promise<Artifact> =>
      layDownZip(zip, functionName, parts.codeFolder),
    /** Code of a function's or layer's version, by its hash; undefined where no version has it (any more). */
    codeOf: (sha256: string): Artifact | undefined =>
      [
        ...functions
          .list()
          .flatMap(({ latest, versions }) => [latest, ...Object.values(versions)].map(({ code }) => code)),
        ...layers.list().map(({ content }) => content),
      ].find((one) => one.Sha256 === sha256),
    deleteFunction: (name: string): void => {
      const prefix = `${functions.arnOf(name)}:`;
      functions.delete(name);
      for (const { uuid, target } of mappings.list()) if (target.functionName === name) mappings.delete(uuid);
      pool.retire((key) => key.startsWith(prefix));
    },
    deleteVersion: (name: string, version: string): void => {
      functions.deleteVersion(name, version);
      pool.retire((key) => key.startsWith(`${functions.arnOf(name)}:${version}#`));
    },
    /** Points an alias elsewhere, and tells so. Environments of versions that no alias leads to any more end once they are free. */
    moveAlias: (name: string, aliasName: string, changes: Parameters<typeof functions.updateAlias>[2]): Alias => {
      const before = functions.alias(name, aliasName);
      const after = functions.updateAlias(name, aliasName, changes);
      const used = Object.values(functions.record(name).aliases).flatMap(versionsOf);
      for (const version of versionsOf(before).filter((one) => !used.includes(one) && one !== '$LATEST')) {
        pool.retire((key) => key.startsWith(`${functions.arnOf(name)}:${version}#`));
      }
      const weights = sharesOf(after);
      if (JSON.stringify(weights) !== JSON.stringify(sharesOf(before))) {
        context.observe({ type: 'traffic-shifted', functionName: name, alias: aliasName, weights });
      }
      if (warm.includes(name)) warmUp();
      return after;
    },
    /** From now on one environment of these functions, by name, is ready for whoever comes to an alias; of no others. */
    keepWarm: (names: readonly string[]): void => {
      warm = names;
      warmUp();
    },
    /** Reserves concurrency for a function; undefined gives it back. Throws AwsError where too little would be left for the others. */
    reserveConcurrency: (name: string, wanted: number | undefined): void => {
      if (wanted !== undefined) checkReservation(name, wanted, reservedInAll() - (reservedOf(name) ?? 0));
      functions.change(name, () => ({ reservedConcurrency: wanted }));
    },
    /** Sets how asynchronous invocations of a qualifier are retried and where their records go; undefined: as by default. */
    configureEventInvoke: (
      { functionName, qualifier = '$LATEST' }: FunctionReference,
      config: Omit<EventInvokeConfig, 'lastModified'> | undefined,
    ): void => {
      const { roleArn } =
        config === undefined
          ? functions.record(functionName).latest
          : functions.resolve({ functionName, qualifier }, () => 1);
      for (const to of [config?.onSuccess, config?.onFailure]) {
        if (to !== undefined) checkDestination({ roleArn, functionName }, to);
      }
      functions.change(functionName, ({ eventInvokeConfigs }) => ({
        eventInvokeConfigs:
          config === undefined
            ? without(eventInvokeConfigs, qualifier)
            : { ...eventInvokeConfigs, [qualifier]: { ...config, lastModified: clock.now().toISOString() } },
      }));
    },
    start: (): void => {
      events.start();
      mappings.start();
    },
    /** Ends every process; abort `context.stopping` first. */
    stop: pool.stop,
  };
  return { ...lambda, api: lambdaApi(lambda, context) };
}

function versionsOf({ functionVersion, weights }: Pick<Alias, 'functionVersion' | 'weights'>): string[] {
  return [functionVersion, ...Object.keys(weights)];
}

/** What share of an alias's invocations each version gets. */
function sharesOf({ functionVersion, weights }: Alias): Record<string, number> {
  const others = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return { [functionVersion]: 1 - others, ...weights };
}

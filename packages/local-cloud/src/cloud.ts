import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BuildMemory } from './builder/memory.ts';
import { together, type Sources } from './builder/sources.ts';
import { createChaos } from './chaos/chaos.ts';
import { createClock } from './core/clock.ts';
import { clockRoute, codeRoute, ownApi } from './control/own-api.ts';
import type { CloudEvent, Observe } from './core/cloud-event.ts';
import { relocateTo } from './core/relocate.ts';
import { createRandom } from './core/random.ts';
import { createRouter } from './delivery/router.ts';
import type { PublishEvent } from './services/cloudwatch/alarms.ts';
import { createApiGateway } from './services/apigateway/apigateway.ts';
import type { KeysOfIssuer } from './services/apigateway/authorize.ts';
import { createKeysOverHttp } from './services/apigateway/issuer-keys.ts';
import { createCloudWatch } from './services/cloudwatch/cloudwatch.ts';
import type { Metric } from './services/cloudwatch/metric.ts';
import type { QueueState } from './services/cloudwatch/queue-metrics.ts';
import { createCodedeploy } from './services/codedeploy/codedeploy.ts';
import { createCognito } from './services/cognito/cognito.ts';
import { createDynamodb } from './services/dynamodb/dynamodb.ts';
import { eventOf } from './services/eventbridge/event.ts';
import { createEvents } from './services/eventbridge/eventbridge.ts';
import { createIam } from './services/iam/iam.ts';
import { ACCOUNT_LIMIT } from './services/lambda/concurrency.ts';
import { readReference } from './services/lambda/arns.ts';
import { createLambda } from './services/lambda/lambda.ts';
import { releasesOf } from './services/lambda/releases.ts';
import { createLogs } from './services/logs/logs.ts';
import { createS3 } from './services/s3/s3.ts';
import type { ServiceContext } from './core/service-context.ts';
import { createScheduler } from './services/scheduler/scheduler.ts';
import { createSns } from './services/sns/sns.ts';
import type { OpenQueue } from './services/sqs/queues.ts';
import { createSqs } from './services/sqs/sqs.ts';
import { startXrayDaemon } from './services/xray/daemon.ts';
import { cloudFormationApi } from './stacks/api/cloudformation-api.ts';
import { createProviders, type Services } from './stacks/providers.ts';
import { createStacks, type Stacks } from './stacks/stacks.ts';
import { loadTemplate } from './template/load.ts';
import { assumed, type Undocumented } from './core/undocumented.ts';
import { createGateway } from './wire/gateway.ts';
import './wire/sentences.ts';

export type CloudOptions = {
  /** Path of a SAM or CloudFormation template. */
  template: string;
  parameters?: Readonly<Record<string, string>>;
  stackName?: string;
  /** 0: any free port. */
  port?: number;
  /** Where the first HTTP API is served, others behind it; 0: any free port. By default 3000, or 0 if `port` is 0. */
  apiPort?: number;
  /** Gives the keys of an issuer of tokens; by default it is asked over HTTP, as on AWS. */
  keysOf?: KeysOfIssuer;
  /** Names and addresses, without ports, that lead to the endpoint beside those of the loopback interface. */
  allowHosts?: readonly string[];
  /** Where state is kept; absent: nothing outlives the cloud. Whoever gives it sees to it that no other cloud uses it. */
  stateFolder?: string;
  /** How much faster waiting goes by; work takes its time. */
  clockFactor?: number;
  /** Repeats a run's random choices. On state of an earlier run it must be another one than then: `seedOfStart`. */
  seed?: number;
  /** How much of what may go wrong on AWS does so here, by the seed; 0 to 50 (chaos/). */
  chaosPercent?: number;
  /** How many execution environments may run at once, of all functions. */
  maximumProcesses?: number;
  /** Logical ids of functions of the stack: once it is deployed, one environment of each is kept ready. */
  keepWarm?: readonly string[];
  observe?: Observe;
  /**
   * Delete what a failed deployment has only just made even if its DeletionPolicy is Retain, so that it is not in the way of the next one;
   * `sam deploy` does not ask CloudFormation for that. By default, yes.
   */
  retainExceptOnCreate?: boolean;
  /** Where it is not to do what is assumed of AWS. */
  undocumented?: Partial<Undocumented>;
};

export type Cloud = {
  endpoint: string;
  region: string;
  /** Of the last deployment. */
  outputs: Readonly<Record<string, string>>;
  /**
   * Reads, builds and deploys the template as it is now; gives the stack's outputs. Throws TemplateError, BuildError,
   * UnsupportedTemplateError, DeploymentError, and DeploymentCutShortError where the cloud stops meanwhile.
   */
  deploy: (parameters?: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, string>>>;
  /** The files that the last deployment was made from: the template, and what its functions and layers were built from. */
  sources: () => Sources;
  /** Is somebody told of this bucket's objects? */
  isWatched: (bucket: string) => boolean;
  /** The logical id of what a physical name, a queue's URL or an ARN stands for, or else the last part of it. */
  label: (name: string) => string;
  /** Ends every process, timer and connection; once is enough, again does no harm. */
  stop: () => Promise<void>;
  /** For tests and the console: the state behind the endpoint. */
  services: Services & { stacks: Stacks };
};

const region = 'us-east-1';
const accountId = '000000000000';
const DEFAULT_API_PORT = 3000;

/** Boots all services behind one endpoint on the loopback interface; nothing is deployed yet. Rejects if the port is in use. */
export async function createCloud(options: CloudOptions): Promise<Cloud> {
  const { stackName = 'local', observe = () => undefined, stateFolder } = options;
  const undocumented = { ...assumed, ...options.undocumented };
  const stopping = new AbortController();
  const clock = createClock(options.clockFactor);
  const random = createRandom(options.seed ?? 1);
  const buildFolder = stateFolder ?? (await mkdtemp(join(tmpdir(), 'local-cloud-')));
  const memory: BuildMemory = new Map();
  let endpoint = '';
  const report = guarded((event) => {
    // How things end when all ends is nobody's news.
    if (stopping.signal.aborted) return;
    measure(event);
    observe(event);
  });
  /** What happens is measured as well, once there is something that does. */
  let measure: Observe = () => undefined;
  const chaos = createChaos({
    percent: options.chaosPercent ?? 0,
    clock,
    random: random.branch('chaos'),
    observe: report,
    stopping: stopping.signal,
  });
  const context: ServiceContext = {
    region,
    accountId,
    clock,
    random,
    observe: report,
    deliver: chaos.deliveries(createRouter(() => ({ sns, sqs, lambda }))),
    stopping: stopping.signal,
    endpoint: () => endpoint,
    ...(stateFolder !== undefined && { stateFolder }),
  };
  const contextFor = (service: string): ServiceContext => ({ ...context, random: random.branch(service) });
  const iam = createIam(contextFor('iam'));
  const s3 = createS3(contextFor('s3'), {
    checkFunction: (delivery) => void lambda.checkDelivery(delivery),
    callerOf: iam.callerOf,
  });
  const sqs = createSqs(contextFor('sqs'), iam);
  const sns = createSns(contextFor('sns'), iam);
  const dynamodb = createDynamodb(contextFor('dynamodb'));
  const xray = await startXrayDaemon();
  const logs = createLogs(contextFor('logs'));
  const ofLambda: ServiceContext = {
    ...contextFor('lambda'),
    observe: (event) => {
      report(event);
      codedeploy.handleEvent(event);
    },
  };
  const lambda = createLambda(ofLambda, {
    roles: iam,
    credentialsFor: iam.credentialsFor,
    queues: chaos.queues(sqs.queueReader()),
    visibilityTimeoutOf: (queueArn) => sqs.queues.byArn(queueArn).record().settings.VisibilityTimeout,
    writeLog: (entry) => {
      logs.write(entry);
      cloudwatch.takeLogLine(entry);
    },
    codeFolder: join(buildFolder, 'uploaded'),
    xrayDaemonAddress: xray.address,
    environments: chaos.environments,
    ...(options.maximumProcesses !== undefined && { maximumProcesses: options.maximumProcesses }),
  });
  const events = createEvents(contextFor('events'));
  const eventIds = random.branch('events of services');
  const publish: PublishEvent = (said) => events.publish(eventOf({ id: eventIds.uuid(), ...said }, context));
  const cloudwatch = createCloudWatch(contextFor('cloudwatch'), {
    queues: () => sqs.queues.list().map(stateOfQueue),
    publish,
    concurrency: lambda.takeConcurrencyPeak,
    math: { missingOperand: undocumented.missingOperand, quotaOf: lambdaQuota },
  });
  measure = cloudwatch.record;
  const scheduler = createScheduler(contextFor('scheduler'), iam);
  const codedeploy = createCodedeploy(contextFor('codedeploy'), {
    roles: iam,
    lambda: releasesOf(lambda),
    alarmState: cloudwatch.stateOf,
    publish,
    targetsAfterMs: undocumented.targetsAfterMs,
  });
  const triggerIds = random.branch('triggers of user pools');
  const cognito = createCognito(contextFor('cognito'), {
    invokeTrigger: async ({ functionArn, userPoolArn, event }) => {
      const from = { service: 'cognito-idp.amazonaws.com', arn: userPoolArn };
      const target = lambda.checkDelivery({ to: functionArn, from });
      const call = { target, requestId: triggerIds.uuid(), event: JSON.stringify(event), urgent: true };
      const { outcome, payload } = await lambda.invoke({ ...call, kind: 'synchronous' });
      return { succeeded: outcome === 'succeeded', payload };
    },
  });
  const keysElsewhere = options.keysOf ?? createKeysOverHttp();
  const apigateway = createApiGateway(contextFor('apigateway'), {
    keysOf: async (issuer) => cognito.keysOf(issuer) ?? keysElsewhere(issuer),
    checkFunction: (to, sourceArn) =>
      void lambda.checkDelivery({ to, from: { service: 'apigateway.amazonaws.com', arn: sourceArn } }),
    invoke: (functionArn, event, about) =>
      lambda.invoke({ target: readReference(functionArn), kind: 'synchronous', interactive: true, event, ...about }),
    writeLog: logs.write,
    hasLogGroup: (name) => logs.list().some((group) => group.name === name),
    port: options.apiPort ?? (options.port === 0 ? 0 : DEFAULT_API_PORT),
  });
  const services: Services = {
    ...{ s3, sns, sqs, dynamodb, lambda, logs, events, scheduler, iam, codedeploy, cloudwatch, cognito, apigateway },
  };
  const stacks = createStacks(contextFor('stacks'), createProviders(services, undocumented), publish);

  /** Who asks is answered at once; how it ends, the stack and its events tell. */
  const inBackground = (operation: () => Promise<void>): void => {
    chaos.peace(operation).catch((error: unknown) => {
      report({ type: 'note', text: (error as Error).message });
    });
  };

  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= end());
  const end = async (): Promise<void> => {
    stopping.abort();
    await stacks.idle();
    await lambda.stop();
    await gateway?.close();
    await apigateway.close();
    await xray.close();
    await dynamodb.close();
    if (stateFolder === undefined) await rm(buildFolder, { recursive: true, force: true });
  };
  let gateway: Awaited<ReturnType<typeof createGateway>> | undefined;
  let moved: { from: string; to: string }[];
  try {
    gateway = await createGateway({
      host: '127.0.0.1',
      port: options.port ?? 4566,
      services: [
        s3.api,
        sns.api,
        sqs.api,
        dynamodb.api,
        lambda.api,
        logs.api,
        events.api,
        codedeploy.api,
        cloudwatch.api,
        scheduler.api,
        iam.api,
        iam.sts,
        cognito.api,
        ownApi([clockRoute(clock), codeRoute(lambda.codeOf)]),
        cloudFormationApi(stacks.view, {
          remove: (name) => inBackground(() => stacks.remove(name)),
          continueRollback: (name, skipped) => inBackground(() => stacks.continueRollback(name, skipped)),
        }),
      ].map(chaos.api),
      resolveCaller: iam.callerOf,
      ...(options.allowHosts !== undefined && { allowHosts: options.allowHosts }),
      observe: context.observe,
      random: random.branch('gateway'),
    });
    endpoint = gateway.endpoint;
    moved = await apigateway.start();
  } catch (error) {
    await stop();
    throw error;
  }
  // They may be others than at the last start.
  const relocate = relocateTo(endpoint, accountId, moved);
  lambda.functions.relocate(relocate);
  stacks.relocate(relocate);
  lambda.start();
  events.start();
  scheduler.start();
  codedeploy.start();
  cloudwatch.start();

  function keepWarm(): void {
    const resources = stacks.view.resources(stacks.stackId(stackName));
    const names = (options.keepWarm ?? []).flatMap((wanted) => {
      const found = resources.find(({ logicalId, type }) => logicalId === wanted && type === 'AWS::Lambda::Function');
      if (found === undefined) report({ type: 'note', text: `${wanted} is to be kept warm, and is no function here.` });
      return found?.physicalId ?? [];
    });
    lambda.keepWarm(names);
  }

  const cloud: Cloud = {
    endpoint,
    region,
    outputs: {},
    deploy: async (parameters = options.parameters ?? {}) => {
      const deployment = { stackName, stackId: stacks.stackId(stackName), region, accountId };
      const loaded = await loadTemplate(options.template, parameters, deployment, {
        folder: join(buildFolder, 'build'),
        memory,
      });
      // A deployment speaks with services past their APIs, and has nobody who would try again.
      cloud.outputs = await chaos.peace(() =>
        stacks.deploy({ stackName, ...loaded, retainExceptOnCreate: options.retainExceptOnCreate ?? true }),
      );
      keepWarm();
      return cloud.outputs;
    },
    sources: () =>
      together([
        { files: [resolve(options.template)], folders: [] },
        ...[...memory.values()].map((remembered) => remembered.sources),
      ]),
    stop,
    isWatched: (bucket) => s3.buckets.has(bucket) && (s3.buckets.get(bucket).notifications ?? []).length > 0,
    label: (name) => labelOf(stacks, stackName, name),
    services: { ...services, stacks },
  };
  return cloud;
}

/** The quota that SERVICE_QUOTA gives for a metric of Lambda's. */
function lambdaQuota({ namespace, name, dimensions }: Metric): number | undefined {
  const ofAccount = namespace === 'AWS/Lambda' && Object.keys(dimensions).length === 0;
  return ofAccount && name === 'ConcurrentExecutions' ? ACCOUNT_LIMIT : undefined;
}

/** A queue as it is measured. */
function stateOfQueue({ record, messages }: OpenQueue): QueueState {
  return { name: record().name, ...messages.counts(), ...messages.traffic() };
}

function labelOf({ stackId, view }: Stacks, stackName: string, name: string): string {
  const parts = name.split(/[:/]/);
  const root = stackId(stackName);
  const nested = view.stacks().filter(({ rootId, status }) => rootId === root && status !== 'DELETE_COMPLETE');
  const found = [root, ...nested.map((stack) => stack.stackId)]
    .flatMap((id) => view.resources(id))
    .find(({ physicalId = '' }) => parts.includes(physicalId.split(/[:/]/).at(-1) ?? physicalId));
  return found?.logicalId ?? parts.at(-1) ?? name;
}

/** An observer that throws must not harm what it observes. */
function guarded(observe: Observe): Observe {
  return (event: CloudEvent) => {
    try {
      observe(event);
    } catch (error) {
      console.error(error);
    }
  };
}

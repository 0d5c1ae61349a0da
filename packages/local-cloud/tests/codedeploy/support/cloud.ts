import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CodeDeployClient,
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentTargetCommand,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
  type CreateDeploymentCommandInput,
  type DeploymentInfo,
  type LambdaTarget,
} from '@aws-sdk/client-codedeploy';
import { AwsError } from '../../../src/core/aws-error.ts';
import type { AlarmState, CloudEvent } from '../../../src/core/cloud-event.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createCodedeploy } from '../../../src/services/codedeploy/codedeploy.ts';
import type { GroupSpec } from '../../../src/services/codedeploy/groups.ts';
import { createIam, type Iam } from '../../../src/services/iam/iam.ts';
import type { ServiceContext } from '../../../src/core/service-context.ts';
import { createGateway } from '../../../src/wire/gateway.ts';
import { createVirtualClock } from './virtual-clock.ts';

export const APPLICATION = 'shop';
export const GROUP = 'worker';
const accountId = '000000000000';
export const arnOf = (name: string): string => `arn:aws:lambda:us-east-1:${accountId}:function:${name}`;

type Alias = { functionVersion: string; weights: Record<string, number> };
/** What CodeDeploy sends to a hook. */
export type HookEvent = { DeploymentId: string; LifecycleEventHookExecutionId: string };
type Said = { detailType: string; resources: readonly string[]; detail: { state: string; deploymentId: string } };

export type ReleaseCloud = Awaited<ReturnType<typeof startReleases>>;

/**
 * CodeDeploy behind the gateway, with IAM, a clock that the test moves, and in place of Lambda one function `worker` with versions 1 and
 * 2, whose alias `live` serves 1. Hooks are the test's own functions; one that gives a promise is at work until that resolves.
 */
export async function startReleases({ targetsAfterMs = 0 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'codedeploy-test-'));
  const clock = createVirtualClock();
  const observed: CloudEvent[] = [];
  const published: Said[] = [];
  const alarms = new Map<string, AlarmState>();
  const frozen = { alias: false };
  const alias: Alias = { functionVersion: '1', weights: {} };
  const hooks = new Map<string, (event: HookEvent) => void | Promise<void>>();
  const clients: CodeDeployClient[] = [];

  async function boot() {
    const stop = new AbortController();
    const context: ServiceContext = {
      region: 'us-east-1',
      accountId,
      clock,
      random: createRandom(3),
      observe: (event) => void observed.push(event),
      deliver: async () => undefined,
      stateFolder: join(folder, 'state'),
      stopping: stop.signal,
      endpoint: () => '',
    };
    const iam = createIam(context);
    const codedeploy = createCodedeploy(context, {
      roles: iam,
      targetsAfterMs,
      alarmState: (name) => alarms.get(name),
      publish: (said) => void published.push(said as Said),
      lambda: {
        arnOf: (name) => {
          const short = name.split(':function:').at(-1) ?? name;
          if (short === 'worker' || hooks.has(short)) return arnOf(short);
          throw new AwsError('ResourceNotFoundException', `Function not found: ${arnOf(short)}`, 404);
        },
        alias: () => structuredClone(alias),
        hasVersion: (_name, version) => ['1', '2'].includes(version),
        timeoutMs: () => 900_000,
        moveAlias: (_name, _alias, to) => {
          if (frozen.alias) throw new AwsError('ServiceException', 'The alias cannot be moved.', 500);
          Object.assign(alias, to);
        },
        invoke: (name, event, requestId) => {
          const ended = (error?: string): void =>
            codedeploy.handleEvent({
              type: 'invocation-ended',
              functionName: name,
              version: '$LATEST',
              requestId,
              kind: 'asynchronous',
              durationMs: 1,
              outcome: error === undefined ? 'succeeded' : 'failed',
              ...(error !== undefined && { error }),
            });
          try {
            const working = hooks.get(name)?.(JSON.parse(event) as HookEvent);
            if (working === undefined) ended();
            else void working.then(() => ended());
          } catch (error) {
            ended(String(error));
          }
        },
      },
    });
    const gateway = await createGateway({
      host: '127.0.0.1',
      port: 0,
      services: [codedeploy.api],
      resolveCaller: iam.callerOf,
      observe: context.observe,
      random: createRandom(4),
    });
    return {
      codedeploy,
      iam,
      endpoint: gateway.endpoint,
      stop: async () => {
        stop.abort();
        await clock.advance(0);
        await gateway.close();
      },
    };
  }

  let running = await boot();
  makeReleaseRole(running.iam);
  running.codedeploy.groups.createApplication(APPLICATION);

  const clientFor = (keys: object = { accessKeyId: 'any', secretAccessKey: 'any' }): CodeDeployClient => {
    const options = { endpoint: running.endpoint, region: 'us-east-1', maxAttempts: 1 };
    const client = new CodeDeployClient({ ...options, credentials: keys as never });
    clients.push(client);
    return client;
  };
  const client = (): CodeDeployClient => clients.at(-1) ?? clientFor();

  const cloud = {
    clock,
    alias,
    /** Lets nobody move the alias from now on. */
    freezeAlias: () => {
      frozen.alias = true;
    },
    alarms,
    hooks,
    observed,
    published,
    get codedeploy() {
      return running.codedeploy;
    },
    get iam() {
      return running.iam;
    },
    clientFor,
    client,
    /** By default it waits for nobody, heeds no alarms and rolls back whatever ends early. */
    makeGroup: (changes: Partial<GroupSpec> = {}) =>
      running.codedeploy.groups.create({
        application: APPLICATION,
        name: GROUP,
        configuration: 'CodeDeployDefault.LambdaAllAtOnce',
        roleArn: `arn:aws:iam::${accountId}:role/releases`,
        alarms: { enabled: false, alarms: [], ignorePollFailure: false },
        autoRollback: {
          enabled: true,
          events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        ...changes,
      }),
    /** Creates a deployment from version 1 to 2 and lets it go as far as it can without waiting. */
    deploy: async (
      hooksOf: readonly Record<string, string>[] = [],
      changes: Partial<CreateDeploymentCommandInput> = {},
    ): Promise<string> => {
      const { deploymentId = '' } = await client().send(
        new CreateDeploymentCommand({
          applicationName: APPLICATION,
          deploymentGroupName: GROUP,
          revision: { revisionType: 'AppSpecContent', appSpecContent: { content: appSpec(hooksOf) } },
          ...changes,
        }),
      );
      await clock.advance(0);
      return deploymentId;
    },
    info: async (deploymentId: string): Promise<DeploymentInfo> => {
      const { deploymentInfo = {} } = await client().send(new GetDeploymentCommand({ deploymentId }));
      return deploymentInfo;
    },
    target: async (deploymentId: string): Promise<LambdaTarget> => {
      const { targetIds: [targetId] = [] } = await client().send(new ListDeploymentTargetsCommand({ deploymentId }));
      const { deploymentTarget } = await client().send(new GetDeploymentTargetCommand({ deploymentId, targetId }));
      return deploymentTarget?.lambdaTarget ?? {};
    },
    /** `BeforeAllowTraffic Succeeded`, … */
    stages: async (deploymentId: string): Promise<string[]> =>
      ((await cloud.target(deploymentId)).lifecycleEvents ?? []).map(
        ({ lifecycleEventName, status }) => `${String(lifecycleEventName)} ${String(status)}`,
      ),
    report: (event: HookEvent, status: 'Succeeded' | 'Failed' | 'Skipped') =>
      client().send(
        new PutLifecycleEventHookExecutionStatusCommand({
          deploymentId: event.DeploymentId,
          lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
          status,
        }),
      ),
    /** `<deployment> <state>`, in order. */
    states: (): string[] => published.map(({ detail }) => `${detail.deploymentId} ${detail.state}`),
    restart: async () => {
      await running.stop();
      running = await boot();
      clientFor();
      running.codedeploy.start();
    },
    end: async () => {
      await running.stop();
      for (const one of clients) one.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return cloud;
}

export function appSpec(hooks: readonly Record<string, string>[] = [], target = '2'): string {
  const Properties = { Name: 'worker', Alias: 'live', CurrentVersion: '1', TargetVersion: target };
  const Resources = [{ worker: { Type: 'AWS::Lambda::Function', Properties } }];
  return JSON.stringify({ version: '0.0', Resources, ...(hooks.length > 0 && { Hooks: hooks }) });
}

function makeReleaseRole(iam: Iam): void {
  const allow = (Action: string[], Resource: string): object => ({ Effect: 'Allow', Action, Resource });
  iam.roles.create({
    name: 'releases',
    path: '/',
    maxSessionDuration: 3600,
    trustPolicy: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: {
      release: {
        Statement: [
          allow(['lambda:GetAlias', 'lambda:UpdateAlias'], arnOf('worker')),
          allow(['lambda:InvokeFunction'], arnOf('hook')),
          allow(['cloudwatch:DescribeAlarms'], '*'),
        ],
      },
    },
    tags: {},
  });
}

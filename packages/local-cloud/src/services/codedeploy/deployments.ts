import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { readAppSpec, writeAppSpec, type AppSpec } from './app-spec.ts';
import { configuration } from './configurations.ts';
import {
  EndedEarly,
  failed,
  isActive,
  refused,
  lifecycleEventNames,
  type AlarmConfiguration,
  type AutoRollback,
  type Deployment,
  type Ending,
  type LifecycleEvent,
} from './deployment.ts';
import { checkAlarms, checkAutoRollback, type Group, type Groups } from './groups.ts';
import { createHooks, type Verdict } from './hooks.ts';
import { CloudStopped, createInterruption, type Interruption } from './interruption.ts';
import { createStateChanges } from './state-changes.ts';
import type { CodedeployParts } from './parts.ts';
import { route, run } from './run.ts';

export type DeploymentSpec = {
  application: string;
  group: string;
  /** The AppSpec as text. */
  content: string;
  revisionType?: 'AppSpecContent' | 'String';
  description?: string;
  /** What the group has, where these are absent. */
  configuration?: string;
  autoRollback?: AutoRollback;
  alarms?: AlarmConfiguration;
};

export type Deployments = ReturnType<typeof openDeployments>;

/** The deployments of the account, those of earlier runs included; each runs by itself. */
export function openDeployments(context: ServiceContext, parts: CodedeployParts, groups: Groups) {
  const { clock, random, stateFolder, stopping } = context;
  const kept = openStore<Deployment>(stateFolder && join(stateFolder, 'codedeploy', 'deployments.jsonl'));
  const hooks = createHooks(context, parts);
  const stateChanges = createStateChanges(context, parts, groups);
  const tools = { context, parts, hooks, stateChanges };
  const running = new Map<string, { interruption: Interruption; ended: Promise<void> }>();

  const now = (): string => clock.now().toISOString();

  /** Throws AwsError InvalidDeploymentIdException, DeploymentDoesNotExistException. */
  function get(id: string): Deployment {
    checkId(id);
    const found = kept.get(id);
    if (found !== undefined) return found;
    throw new AwsError('DeploymentDoesNotExistException', `The deployment ${id} could not be found.`);
  }

  function change(id: string, changes: Partial<Deployment>): Deployment {
    const changed = { ...get(id), ...changes };
    kept.set(id, changed);
    return changed;
  }

  function list(): Deployment[] {
    return [...kept.entries()].map(([, one]) => one);
  }

  function activeIn({ application, name }: Pick<Group, 'application' | 'name'>): Deployment | undefined {
    return list().find((one) => one.application === application && one.group === name && isActive(one));
  }

  function add(made: Omit<Deployment, 'id' | 'status' | 'createdAt' | 'share' | 'changedAt' | 'events'>): Deployment {
    const deployment: Deployment = {
      ...made,
      id: `d-${random.hex(9).toUpperCase()}`,
      status: 'Created',
      createdAt: now(),
      share: 0,
      changedAt: now(),
      events: lifecycleEventNames.map((stage) => ({ stage, status: 'Pending' })),
    };
    kept.set(deployment.id, deployment);
    return deployment;
  }

  /** Throws AwsError for whatever is wrong with the request itself; what is wrong with the function the deployment tells. */
  function create(spec: DeploymentSpec): Deployment {
    const group = groups.get(spec.application, spec.group);
    const appSpec = readAppSpec(spec.content);
    const { name } = configuration(spec.configuration ?? group.configuration);
    const { autoRollback = group.autoRollback, alarms = group.alarms } = spec;
    checkAutoRollback(autoRollback);
    checkAlarms(alarms);
    const other = activeIn(group);
    if (other !== undefined) {
      throw new AwsError(
        'DeploymentLimitExceededException',
        `The Deployment Group '${group.name}' already has an active Deployment '${other.id}'`,
      );
    }
    const deployment = add({
      application: group.application,
      group: group.name,
      configuration: name,
      revision: revisionOf(spec.revisionType ?? 'AppSpecContent', spec.content),
      appSpec,
      creator: 'user',
      autoRollback,
      alarms,
      overridesAlarms: spec.alarms !== undefined,
      ...(spec.description !== undefined && { description: spec.description }),
    });
    const interruption = createInterruption(stopping);
    running.set(deployment.id, { interruption, ended: runs(deployment.id, group, interruption) });
    return deployment;
  }

  /** From beginning to end; never rejects. */
  async function runs(id: string, group: Group, interruption: Interruption): Promise<void> {
    // Whoever creates it has its answer first.
    await Promise.resolve();
    const started = change(id, { status: 'InProgress', startedAt: now() });
    stateChanges.changed(started);
    stateChanges.state(started, group, 'START');
    try {
      const hands = { get: () => get(id), change: (changes: Partial<Deployment>) => change(id, changes) };
      await run({ group, groupArn: groups.arnOf(group), interruption, ...hands }, tools);
      const succeeded = change(id, { status: 'Succeeded', endedAt: now() });
      // Whoever watches on its behalf may stop.
      stateChanges.changed(succeeded);
      stateChanges.state(succeeded, group, 'SUCCESS');
    } catch (error) {
      if (!(error instanceof CloudStopped)) end(id, group, endingOf(error));
    } finally {
      running.delete(id);
      interruption.finish();
    }
  }

  /** Notes that a deployment did not succeed, and rolls it back where that is wanted. */
  function end(id: string, group: Group, ending: Ending): void {
    const { status, code, message } = ending;
    const endedAt = now();
    const before = get(id);
    const events = before.events.map((event) => {
      if (event.status === 'InProgress') return { ...event, status: 'Failed' as const, endedAt, message };
      return event.status === 'Pending' ? { ...event, status: 'Skipped' as const } : event;
    });
    const ended = change(id, { status, endedAt, error: { code, message }, events });
    for (const [index, event] of events.entries()) {
      if (event.status !== before.events[index]?.status) stateChanges.lifecycleEvent(ended, event);
    }
    stateChanges.changed(ended);
    stateChanges.state(ended, group, status === 'Failed' ? 'FAILURE' : 'STOP');
    const { enabled, events: on } = before.autoRollback;
    if (ending.rollBack ?? (enabled && on.includes(ending.event))) rollBack(ended, group);
  }

  /** Gives all traffic back to the version that had it: a deployment of its own, which asks no hooks and heeds no alarms. */
  function rollBack({ id, application, appSpec }: Deployment, group: Group): void {
    const back: AppSpec = {
      ...appSpec,
      currentVersion: appSpec.targetVersion,
      targetVersion: appSpec.currentVersion,
      hooks: {},
    };
    const none = { enabled: false, events: [] };
    const rollback = add({
      application,
      group: group.name,
      configuration: 'CodeDeployDefault.LambdaAllAtOnce',
      revision: revisionOf('AppSpecContent', writeAppSpec(back)),
      appSpec: back,
      creator: 'codeDeployRollback',
      autoRollback: none,
      alarms: { enabled: false, alarms: [], ignorePollFailure: false },
      overridesAlarms: false,
      rollback: {
        rollbackTriggeringDeploymentId: id,
        rollbackMessage: '',
      },
    });
    const message = `Deployment ${rollback.id} is triggered to roll back deployment ${id}.`;
    change(id, {
      rollback: {
        rollbackDeploymentId: rollback.id,
        rollbackMessage: `Deployment ${id} terminated. Automatic rollback is triggered with a DeploymentId ${rollback.id}.`,
      },
    });
    const at = now();
    const started = change(rollback.id, {
      status: 'InProgress',
      startedAt: at,
      rollback: { rollbackTriggeringDeploymentId: id, rollbackMessage: message },
    });
    stateChanges.state(started, group, 'START');
    try {
      route(tools, started, 1);
      const events = started.events.map((event) => ({
        ...event,
        status: 'Succeeded' as const,
        startedAt: at,
        endedAt: at,
      }));
      const done = change(rollback.id, { status: 'Succeeded', endedAt: at, share: 1, changedAt: at, events });
      stateChanges.state(done, group, 'SUCCESS');
    } catch (error) {
      const { code, message: why } = endingOf(error);
      const nothingMoved = { startedAt: at, endedAt: at };
      const [before, moving, after] = started.events as [LifecycleEvent, LifecycleEvent, LifecycleEvent];
      const stuck = change(rollback.id, {
        status: 'Failed',
        endedAt: at,
        error: { code, message: why },
        events: [
          { ...before, ...nothingMoved, status: 'Succeeded' },
          { ...moving, ...nothingMoved, status: 'Failed', message: why },
          { ...after, status: 'Skipped' },
        ],
      });
      stateChanges.changed(stuck);
      stateChanges.state(stuck, group, 'FAILURE');
    }
  }

  return {
    get,
    /** Throws AwsError InvalidDeploymentIdException. */
    has: (id: string): boolean => {
      checkId(id);
      return kept.get(id) !== undefined;
    },
    create,
    activeIn,
    /** Of a group, or all; the newest first. */
    of: (group?: Pick<Group, 'application' | 'name'>): Deployment[] =>
      list()
        .filter((one) => group === undefined || (one.application === group.application && one.group === group.name))
        .reverse(),
    handleEvent: hooks.handleEvent,
    /** Ends a deployment that is under way. Throws AwsError DeploymentAlreadyCompletedException where it is over. */
    stop: (id: string, ending: Omit<Ending, 'status'>): void => {
      const under = isActive(get(id)) ? running.get(id) : undefined;
      if (under === undefined) {
        throw new AwsError('DeploymentAlreadyCompletedException', `The deployment ${id} is already completed.`);
      }
      under.interruption.interrupt({ ...ending, status: 'Stopped' });
    },
    /** Resolves once the deployment is over, its rollback too; where the cloud stops first, as it then is. */
    whenEnded: async (id: string): Promise<Deployment> => {
      await running.get(id)?.ended;
      return get(id);
    },
    /** Takes a hook's report. Throws AwsError where the execution is not this deployment's, or is over. */
    report: (id: string, executionId: string, verdict: Verdict): void => {
      const event = get(id).events.find((one) => one.executionId === executionId);
      if (event === undefined) {
        throw new AwsError(
          'InvalidLifecycleEventHookExecutionIdException',
          `The lifecycle event hook execution id is not one of deployment ${id}.`,
        );
      }
      if (hooks.report(executionId, verdict)) return;
      throw new AwsError(
        'LifecycleEventAlreadyCompletedException',
        `The lifecycle event ${event.stage} of deployment ${id} is already completed.`,
      );
    },
    /** Ends what was under way when the cloud stopped: nobody knows what its hooks have said meanwhile. */
    start: (): void => {
      for (const deployment of list().filter(isActive)) {
        const group = groups.find(deployment.application, deployment.group);
        const message = `The local cloud was stopped while deployment ${deployment.id} was under way.`;
        context.observe({ type: 'note', text: `${message} It has failed, and is rolled back as its group says.` });
        const isBegun = deployment.events.some(({ status }) => status !== 'Pending');
        const { ending } = (isBegun ? failed : refused)('INTERNAL_ERROR', message);
        if (group !== undefined) end(deployment.id, group, ending);
        else
          change(deployment.id, {
            status: 'Failed',
            endedAt: now(),
            error: { code: 'DEPLOYMENT_GROUP_MISSING', message },
          });
      }
    },
  };
}

function endingOf(error: unknown): Ending {
  if (error instanceof EndedEarly) return error.ending;
  return failed('INTERNAL_ERROR', error instanceof Error ? error.message : String(error)).ending;
}

/** Throws AwsError InvalidDeploymentIdException. */
function checkId(id: string): void {
  if (!/^d-[A-Z0-9]+$/.test(id)) throw new AwsError('InvalidDeploymentIdException', `${id} is no deployment id.`);
}

function revisionOf(type: Deployment['revision']['type'], content: string): Deployment['revision'] {
  return { type, content, sha256: createHash('sha256').update(content).digest('hex') };
}

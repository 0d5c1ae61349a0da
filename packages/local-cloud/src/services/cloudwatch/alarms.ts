import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import type { AlarmState } from '../../core/cloud-event.ts';
import { persist } from '../../delivery/retry.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Alarm, AlarmSpec } from './alarm.ts';
import { checkAlarm, type Watched } from './check-alarm.ts';
import { createHistory, stateChange, type StateSaid } from './history.ts';
import { eventDetailOf, messageOf, subjectOf } from './notification.ts';
import { INITIAL_REASON } from './reason.ts';

/** An event for EventBridge's default bus. */
export type PublishEvent = (event: {
  source: string;
  detailType: string;
  time: Date;
  resources: readonly string[];
  detail: object;
}) => void;

export type Alarms = ReturnType<typeof openAlarms>;

/** How long an action is tried: a topic that is there takes it at once. */
const TRIES = { maximumEventAgeSeconds: 3600, maximumRetryAttempts: 10 };

/** The account's alarms: what they watch, and what becomes of it when their state changes. */
export function openAlarms(context: ServiceContext, { publish }: { publish: PublishEvent }) {
  const { region, accountId, clock, observe, stateFolder } = context;
  const kept = openStore<Alarm>(stateFolder && join(stateFolder, 'cloudwatch', 'alarms.jsonl'));
  const watched = new Map<string, Watched>();
  const history = createHistory();
  const now = (): number => clock.now().getTime();

  function arnOf(name: string): string {
    return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
  }

  function get(name: string): Alarm {
    const found = kept.get(name);
    if (found === undefined) throw new AwsError('ResourceNotFound', '', 404);
    return found;
  }

  function configured(name: string, what: 'created' | 'updated' | 'deleted', spec: AlarmSpec): void {
    const data = JSON.stringify({
      type: what.replace(/d$/, '').replace(/^./, (a) => a.toUpperCase()),
      version: '1.0',
      [`${what}Alarm`]: spec,
    });
    history.add({ alarmName: name, at: now(), type: 'ConfigurationUpdate', summary: `Alarm "${name}" ${what}`, data });
  }

  /** Tells everybody who is to be told of a change of state. */
  function changed(alarm: Alarm, before: Alarm): void {
    const { spec, state, reason, arn } = alarm;
    const name = spec.AlarmName;
    const summary = `Alarm updated from ${before.state} to ${state}`;
    history.add({
      alarmName: name,
      at: alarm.updatedAt,
      type: 'StateUpdate',
      summary,
      data: stateChange(before, alarm),
    });
    observe({ type: 'alarm-changed', alarm: name, from: before.state, to: state, reason });
    publish({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      time: new Date(alarm.updatedAt),
      resources: [arn],
      detail: eventDetailOf(alarm, before),
    });
    if (!spec.ActionsEnabled) return;
    const actions = { OK: spec.OKActions, ALARM: spec.AlarmActions, INSUFFICIENT_DATA: spec.InsufficientDataActions };
    for (const topic of actions[state]) void act(alarm, before.state, topic);
  }

  async function act(alarm: Alarm, before: AlarmState, topic: string): Promise<void> {
    const from = { service: 'cloudwatch.amazonaws.com', arn: alarm.arn };
    const body = messageOf(alarm, before, { accountId, region });
    const subject = subjectOf(alarm, { accountId, region });
    const givenUp = await persist(() => context.deliver({ to: topic, from, subject, body }), TRIES, context);
    const name = alarm.spec.AlarmName;
    const done = (summary: string, error?: string): void => {
      const data = JSON.stringify({
        actionState: givenUp === undefined ? 'Succeeded' : 'Failed',
        notificationResource: topic,
        stateUpdateTimestamp: alarm.updatedAt,
        publishedMessage: body,
        ...(error !== undefined && { error }),
      });
      history.add({ alarmName: name, at: now(), type: 'Action', summary, data });
    };
    if (givenUp === undefined) {
      done(`Successfully executed action ${topic}`);
      return;
    }
    const reason = `${givenUp.error.code}: ${givenUp.error.message}`;
    done(`Failed to execute action ${topic}`, reason);
    observe({ type: 'event-dropped', from: name, to: topic, reason });
  }

  return {
    arnOf,
    history,
    find: (name: string): Alarm | undefined => kept.get(name),
    /** Throws AwsError ResourceNotFound. */
    get,
    /** By name. */
    list: (): Alarm[] =>
      [...kept.entries()].map(([, alarm]) => alarm).sort((a, b) => (a.spec.AlarmName < b.spec.AlarmName ? -1 : 1)),
    /** What an alarm asks and how; read when it is needed first, since it was checked when the alarm was put. */
    watchedBy: ({ spec }: Alarm): Watched => {
      const known = watched.get(spec.AlarmName);
      if (known !== undefined) return known;
      const made = checkAlarm(spec);
      watched.set(spec.AlarmName, made);
      return made;
    },

    /** Makes an alarm, or gives one another definition: it keeps its state until it is evaluated. Throws as `checkAlarm`. */
    put: (spec: AlarmSpec): Alarm => {
      watched.set(spec.AlarmName, checkAlarm(spec));
      const at = now();
      const before = kept.get(spec.AlarmName);
      const unchecked = {
        state: 'INSUFFICIENT_DATA',
        reason: INITIAL_REASON,
        updatedAt: at,
        transitionedAt: at,
      } as const;
      const alarm: Alarm = { ...(before ?? unchecked), spec, arn: arnOf(spec.AlarmName), configuredAt: at };
      kept.set(spec.AlarmName, alarm);
      configured(spec.AlarmName, before === undefined ? 'created' : 'updated', spec);
      return alarm;
    },

    delete: (name: string): void => {
      const { spec } = get(name);
      kept.delete(name);
      watched.delete(name);
      configured(name, 'deleted', spec);
    },

    /** Throws AwsError ResourceNotFound. */
    enableActions: (name: string, enabled: boolean): void => {
      const alarm = get(name);
      kept.set(name, { ...alarm, spec: { ...alarm.spec, ActionsEnabled: enabled } });
    },

    /** Sets a state; who is to be told is told if it is another one than before. Throws AwsError ResourceNotFound. */
    setState: (name: string, { state, reason, reasonData }: StateSaid): void => {
      const before = get(name);
      const at = now();
      const transitionedAt = state === before.state ? before.transitionedAt : at;
      const alarm: Alarm = { ...before, state, reason, reasonData, updatedAt: at, transitionedAt };
      kept.set(name, alarm);
      if (state !== before.state) changed(alarm, before);
    },
  };
}

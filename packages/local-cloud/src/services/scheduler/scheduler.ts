import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { createCloudTime } from '../../core/cloud-time.ts';
import type { Roles } from '../../permissions/deliveries.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { schedulerApi } from './api/api.ts';
import { fire } from './fire.ts';
import { readExpression } from '../../matching/schedule-expression.ts';
import { checkSpec, type Schedule, type ScheduleSpec } from './schedule.ts';

export type Scheduler = ReturnType<typeof createScheduler>;

const GROUP = 'default';

/**
 * EventBridge Scheduler: schedules of the default group.
 */
export function createScheduler(context: ServiceContext, roles: Pick<Roles, 'mayAssume'>) {
  const { region, accountId, clock, stateFolder, stopping } = context;
  const kept = openStore<Schedule>(stateFolder && join(stateFolder, 'scheduler', 'schedules.jsonl'));
  const running = new Map<string, AbortController>();
  const { now, aheadMs, until } = createCloudTime(
    clock,
    Math.max(0, ...[...kept.entries()].map(([, schedule]) => schedule.aheadMs)),
  );

  function get(name: string): Schedule {
    const found = kept.get(name);
    if (found === undefined) {
      throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    }
    return found;
  }

  function stop(name: string): void {
    running.get(name)?.abort();
    running.delete(name);
  }

  function run(schedule: Schedule): void {
    stop(schedule.name);
    if (!schedule.enabled || stopping.aborted) return;
    const ended = new AbortController();
    running.set(schedule.name, ended);
    void follow(schedule, AbortSignal.any([ended.signal, stopping]));
  }

  /** Fires at each of the schedule's times; occurrences may overlap. */
  async function follow(schedule: Schedule, ended: AbortSignal): Promise<void> {
    const timetable = readExpression(schedule.expression, schedule.timeZone);
    const last = schedule.endDate === undefined ? Infinity : Date.parse(schedule.endDate);
    let due = schedule.dueAt === undefined ? undefined : new Date(schedule.dueAt);
    while (due !== undefined && due.getTime() <= last) {
      await until(due, ended);
      if (ended.aborted) return;
      const next = timetable.next(due);
      remember(schedule, next);
      void fire(schedule, due, context);
      due = next;
    }
    remember(schedule, undefined);
  }

  function remember(schedule: Schedule, due: Date | undefined): void {
    kept.set(schedule.name, { ...schedule, dueAt: due?.toISOString(), aheadMs: aheadMs() });
  }

  function put(spec: ScheduleSpec, createdAt: string): Schedule {
    checkSpec(spec);
    const { roleArn } = spec.target;
    const arn = `arn:aws:scheduler:${region}:${accountId}:schedule/${GROUP}/${spec.name}`;
    const source = `arn:aws:scheduler:${region}:${accountId}:schedule-group/${GROUP}`;
    if (
      !roles.mayAssume('scheduler.amazonaws.com', roleArn, { 'aws:SourceArn': source, 'aws:SourceAccount': accountId })
    ) {
      throw new AwsError(
        'ValidationException',
        `The execution role you provide must allow AWS EventBridge Scheduler to assume the role (${roleArn}, schedule ${spec.name}).`,
      );
    }
    const start = new Date(Math.max(now().getTime(), spec.startDate === undefined ? 0 : Date.parse(spec.startDate)));
    const due = readExpression(spec.expression, spec.timeZone).first(start);
    const lastModified = clock.now().toISOString();
    const schedule = { ...spec, arn, createdAt, lastModified, dueAt: due?.toISOString(), aheadMs: aheadMs() };
    kept.set(spec.name, schedule);
    run(schedule);
    return schedule;
  }

  const scheduler = {
    get,
    list: (): Schedule[] => [...kept.entries()].map(([, schedule]) => schedule),
    create: (spec: ScheduleSpec): Schedule => {
      if (kept.get(spec.name) !== undefined) {
        throw new AwsError('ConflictException', `Schedule ${spec.name} already exists.`, 409);
      }
      return put(spec, clock.now().toISOString());
    },
    update: (spec: ScheduleSpec): Schedule => put(spec, get(spec.name).createdAt),
    delete: (name: string): void => {
      get(name);
      stop(name);
      kept.delete(name);
    },
    /** Takes up the schedules of the last run; an occurrence that was missed meanwhile fires once, now. */
    start: (): void => {
      for (const schedule of scheduler.list()) {
        const timetable = readExpression(schedule.expression, schedule.timeZone);
        const due = schedule.dueAt === undefined ? undefined : new Date(schedule.dueAt);
        if (due === undefined) continue;
        const missed = due < now();
        const from = missed ? now() : due;
        if (missed && schedule.enabled) void fire(schedule, due, context);
        let next: Date | undefined = due;
        while (next !== undefined && next < from) next = timetable.next(next);
        run({ ...schedule, ...(next && { dueAt: next.toISOString() }) });
      }
    },
  };
  return { ...scheduler, api: schedulerApi(scheduler) };
}

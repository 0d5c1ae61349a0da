import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { createCloudTime } from '../../core/cloud-time.ts';
import { matchesPattern } from '../../matching/event-pattern.ts';
import { readExpression } from '../../matching/schedule-expression.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { eventsApi } from './api/api.ts';
import { eventOf, type Event } from './event.ts';
import { handOver } from './hand-over.ts';
import { checkRule, type Rule, type RuleSpec } from './rule.ts';

export type Events = ReturnType<typeof createEvents>;

/** EventBridge's default bus: rules by pattern and by schedule, which lead to functions, queues and topics. */
export function createEvents(context: ServiceContext) {
  const { region, accountId, clock, random, observe, stateFolder, stopping } = context;
  const rules = openStore<Rule>(stateFolder && join(stateFolder, 'events', 'rules.jsonl'));
  const running = new Map<string, AbortController>();
  const gained = Math.max(0, ...[...rules.entries()].map(([, { aheadMs }]) => aheadMs));
  const time = createCloudTime(clock, gained);

  function get(name: string): Rule {
    const rule = rules.get(name);
    if (rule !== undefined) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }

  /** Gives the event to every target of every rule that it matches; resolves before any of them has it. */
  function publish(event: Event, traceHeader?: string): void {
    for (const [, rule] of rules.entries()) {
      if (rule.enabled && rule.pattern !== undefined && matchesPattern(rule.pattern, event))
        send(rule, event, traceHeader);
    }
  }

  function send(rule: Rule, event: Event, traceHeader?: string): void {
    const matched = { event, ...(traceHeader !== undefined && { traceHeader }) };
    for (const target of rule.targets) void handOver(rule, target, matched, context);
  }

  function stop(name: string): void {
    running.get(name)?.abort();
    running.delete(name);
  }

  function run(rule: Rule): void {
    stop(rule.name);
    if (!rule.enabled || rule.expression === undefined || stopping.aborted) return;
    const ended = new AbortController();
    running.set(rule.name, ended);
    void follow(rule, rule.expression, AbortSignal.any([ended.signal, stopping]));
  }

  /** Fires at each of the rule's times. Those that were missed while the cloud was not there are made up for once. */
  async function follow(rule: Rule, expression: string, ended: AbortSignal): Promise<void> {
    const timetable = readExpression(expression, 'UTC');
    let due = rule.dueAt === undefined ? undefined : new Date(rule.dueAt);
    while (due !== undefined) {
      const began = time.now();
      await time.until(due, ended);
      if (ended.aborted) return;
      let next = timetable.next(due);
      while (next !== undefined && next < began) next = timetable.next(next);
      rules.set(rule.name, { ...rule, dueAt: next?.toISOString(), aheadMs: time.aheadMs() });
      fire(rule, due);
      due = next;
    }
  }

  function fire(rule: Rule, due: Date): void {
    for (const { arn } of rule.targets) observe({ type: 'schedule-fired', schedule: rule.name, target: arn });
    const id = random.uuid();
    const said = {
      id,
      source: 'aws.events',
      detailType: 'Scheduled Event',
      time: due,
      resources: [rule.arn],
      detail: {},
    };
    send(rule, eventOf(said, { accountId, region }));
  }

  function put(spec: RuleSpec): Rule {
    checkRule(spec);
    // A rate counts from the making of the rule: its first time is one period later.
    const due = spec.expression === undefined ? undefined : readExpression(spec.expression, 'UTC').next(time.now());
    const rule: Rule = {
      ...spec,
      arn: `arn:aws:events:${region}:${accountId}:rule/${spec.name}`,
      dueAt: due?.toISOString(),
      aheadMs: time.aheadMs(),
    };
    rules.set(spec.name, rule);
    run(rule);
    return rule;
  }

  const events = {
    busArn: `arn:aws:events:${region}:${accountId}:event-bus/default`,
    get,
    list: (): Rule[] => [...rules.entries()].map(([, rule]) => rule),
    publish,
    create: (spec: RuleSpec): Rule => {
      if (rules.get(spec.name) !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', `Rule ${spec.name} already exists on EventBus default.`);
      }
      return put(spec);
    },
    update: (spec: RuleSpec): Rule => {
      get(spec.name);
      return put(spec);
    },
    delete: (name: string): void => {
      get(name);
      stop(name);
      rules.delete(name);
    },
    /** Takes up the schedules of the last run. */
    start: (): void => {
      for (const rule of events.list()) run(rule);
    },
  };
  return { ...events, api: eventsApi(events, context) };
}

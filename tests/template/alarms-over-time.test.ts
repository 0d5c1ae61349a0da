import { afterEach, describe, expect, test } from '@jest/globals';
import type { AlarmSpec } from 'local-cloud/cloudwatch';
import { MISSING_OPERAND_RULES } from 'local-cloud/cloudwatch';
import type { QueueState } from 'local-cloud/cloudwatch';
import { MINUTE, startWatch, type Watch } from 'local-cloud/testing';
import { readTemplate, resource } from './template.ts';

// The template's alarms in the local cloud's CloudWatch, under a clock that the test moves. Names of resources are their logical ids.

const HOUR = 60 * MINUTE;
const template = readTemplate();

let watch: Watch;
afterEach(() => watch.stop());

/** What `Ref`, `GetAtt` and `Sub` stand for: the logical id, the version 7, the alias `live`. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (typeof value !== 'object' || value === null) return value;
  const [[call, argument] = []] = Object.entries(value);
  if (call === 'Ref') return argument;
  if (call === 'Fn::GetAtt') return (argument as string[])[1] === 'QueueName' ? (argument as string[])[0] : '7';
  if (call === 'Fn::Sub') return String(argument).replaceAll(/\$\{(\w+)(\.[\w.]+)?\}/g, '$1');
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member)]));
}

function put(...ids: string[]): void {
  for (const id of ids) {
    const { Properties } = resource(template, id, 'AWS::CloudWatch::Alarm');
    const spec = { ...(resolved(Properties) as Partial<AlarmSpec>), AlarmName: id, ActionsEnabled: true };
    watch.cloudwatch.alarms.put({ InsufficientDataActions: [], ...spec, OKActions: [], AlarmActions: [] } as AlarmSpec);
  }
}

const state = (id: string): string => watch.cloudwatch.alarms.get(id).state;

/** A queue that was made now, and then changes as the test says. */
function addQueue(name: string): QueueState {
  const usedAt = watch.clock.now().getTime();
  const queue = {
    name,
    visible: 0,
    inFlight: 0,
    delayed: 0,
    sent: 0,
    received: 0,
    deleted: 0,
    emptyReceives: 0,
    usedAt,
  };
  watch.queues.push(queue);
  return queue;
}

describe.each(MISSING_OPERAND_RULES)('where an operand without data counts as %s', (rule) => {
  test.each([
    ['RenditionsDeadLetterQueue', 'RenditionsDeadLettersAddedAlarm'],
    ['ThumbnailsFailureQueue', 'ThumbnailsFailuresAddedAlarm'],
  ])('the first message in %s after seven idle hours alarms, though the gate cannot see it', async (name, gate) => {
    watch = startWatch('2026-11-20T12:00:00Z', rule);
    const queue = addQueue(name);
    addQueue(name === 'RenditionsDeadLetterQueue' ? 'ThumbnailsFailureQueue' : 'RenditionsDeadLetterQueue');
    put(gate, `${name}Alarm`);
    await watch.clock.pass(7 * HOUR);
    expect([state(gate), state(`${name}Alarm`)]).toEqual(['OK', 'OK']);

    Object.assign(queue, { visible: 1, sent: 1, usedAt: watch.clock.now().getTime() });
    await watch.clock.pass(2 * MINUTE);
    expect([state(gate), state(`${name}Alarm`)]).toEqual(['OK', 'ALARM']);
    // The second one is added to a queue that reports again, while the other is still silent.
    Object.assign(queue, { visible: 2, sent: 2, usedAt: watch.clock.now().getTime() });
    await watch.clock.pass(2 * MINUTE);
    expect([state(gate), state(`${name}Alarm`)]).toEqual(['ALARM', 'ALARM']);

    // Hours later the gate is open, and the messages are still reported.
    await watch.clock.pass(8 * HOUR);
    expect([state(gate), state(`${name}Alarm`)]).toEqual(['OK', 'ALARM']);
    Object.assign(queue, { visible: 0, deleted: 2, usedAt: watch.clock.now().getTime() });
    await watch.clock.pass(10 * MINUTE);
    expect(state(`${name}Alarm`)).toBe('OK');
  });

  test('a function that is throttled and never runs stops its release', async () => {
    watch = startWatch('2026-11-20T12:00:00Z', rule);
    put('GenerateThumbnailsThrottlesAlarm');
    await watch.clock.pass(MINUTE);
    const throttled = (): void =>
      watch.cloudwatch.record({
        type: 'invocation-throttled',
        functionName: 'GenerateThumbnailsFunction',
        version: '7',
        qualifier: 'live',
        kind: 'asynchronous',
      });
    throttled();
    throttled();
    await watch.clock.pass(MINUTE);
    expect(state('GenerateThumbnailsThrottlesAlarm')).toBe('OK');
    throttled();
    await watch.clock.pass(MINUTE);
    expect(state('GenerateThumbnailsThrottlesAlarm')).toBe('ALARM');
  });

  test('a reconciler that does not run for three hours alarms, and neither a late run nor a hook does it well or ill', async () => {
    watch = startWatch('2026-11-20T12:00:00Z', rule);
    const run = (qualifier: string): void =>
      watch.cloudwatch.record({
        type: 'invocation-ended',
        functionName: 'ReconcileImagesFunction',
        version: '7',
        qualifier,
        requestId: 'r',
        kind: 'asynchronous',
        durationMs: 10,
        outcome: 'succeeded',
      });
    run('live');
    put('ReconcileImagesOverdueAlarm');
    for (let hour = 0; hour < 4; hour += 1) {
      await watch.clock.pass(HOUR + 2 * MINUTE);
      expect(state('ReconcileImagesOverdueAlarm')).toBe('OK');
      run('live');
    }
    await watch.clock.pass(2 * HOUR + 58 * MINUTE);
    expect(state('ReconcileImagesOverdueAlarm')).toBe('OK');
    run('8'); // by a hook
    await watch.clock.pass(5 * MINUTE);
    expect(state('ReconcileImagesOverdueAlarm')).toBe('ALARM');
    run('live');
    await watch.clock.pass(2 * MINUTE);
    expect(state('ReconcileImagesOverdueAlarm')).toBe('OK');
  });

  test('the concurrency of the account alarms above 70 % for three of five minutes', async () => {
    watch = startWatch('2026-11-20T12:00:00Z', rule);
    put('AccountConcurrencyAlarm');
    Object.assign(watch.peak, { executions: 10, unreserved: 10, claimed: 700 });
    await watch.clock.pass(5 * MINUTE);
    expect(state('AccountConcurrencyAlarm')).toBe('OK');
    watch.peak.claimed = 701;
    await watch.clock.pass(2 * MINUTE);
    expect(state('AccountConcurrencyAlarm')).toBe('OK');
    await watch.clock.pass(MINUTE);
    expect(state('AccountConcurrencyAlarm')).toBe('ALARM');
  });
});

test('an event that Lambda gives up, and a destination that cannot be reached, alarm', async () => {
  watch = startWatch('2026-11-20T12:00:00Z');
  const ids = ['GenerateThumbnailsEventsDroppedAlarm', 'GenerateThumbnailsDestinationFailuresAlarm'];
  put(...ids);
  const end = (undelivered: number): void =>
    watch.cloudwatch.record({
      type: 'asynchronous-event-ended',
      functionName: 'GenerateThumbnailsFunction',
      qualifier: 'live',
      dropped: true,
      undelivered,
    });
  await watch.clock.pass(MINUTE);
  expect(ids.map(state)).toEqual(['OK', 'OK']);
  end(0);
  await watch.clock.pass(MINUTE);
  expect(ids.map(state)).toEqual(['ALARM', 'OK']);
  end(1);
  await watch.clock.pass(MINUTE);
  expect(ids.map(state)).toEqual(['ALARM', 'ALARM']);
});

test('the p99 of a handful of invocations alarms, as in dev', async () => {
  watch = startWatch('2026-11-20T12:00:00Z');
  put('GenerateThumbnailsDurationAlarm');
  for (let minute = 0; minute < 12; minute += 4) {
    watch.cloudwatch.record({
      type: 'invocation-ended',
      functionName: 'GenerateThumbnailsFunction',
      version: '7',
      qualifier: 'live',
      requestId: 'r',
      kind: 'asynchronous',
      durationMs: 16_000,
      outcome: 'succeeded',
    });
    await watch.clock.pass(4 * MINUTE);
  }
  expect(state('GenerateThumbnailsDurationAlarm')).toBe('ALARM');
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../../src/testing/eventually.ts';
import { AwsError } from '../../src/core/aws-error.ts';
import { createClock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import { createEvents } from '../../src/services/eventbridge/eventbridge.ts';
import { eventOf } from '../../src/services/eventbridge/event.ts';
import type { RuleSpec, Target } from '../../src/services/eventbridge/rule.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:ship';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:copies';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:dead';
const place = { region: 'us-east-1', accountId: '000000000000' };

const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop.abort()));

function boot({
  factor = 3600,
  stateFolder,
  refuse,
}: { factor?: number; stateFolder?: string; refuse?: (delivery: Delivery) => AwsError | undefined } = {}) {
  const stop = new AbortController();
  stops.push(stop);
  const deliveries: Delivery[] = [];
  const observed: CloudEvent[] = [];
  const clock = createClock(factor);
  const events = createEvents({
    ...place,
    clock,
    random: createRandom(5),
    observe: (event) => void observed.push(event),
    deliver: async (delivery) => {
      const refused = refuse?.(delivery);
      if (refused !== undefined) throw refused;
      deliveries.push(delivery);
    },
    stopping: stop.signal,
    endpoint: () => '',
    ...(stateFolder !== undefined && { stateFolder }),
  });
  return { events, deliveries, observed, now: clock.now, stop: () => stop.abort() };
}

const target = (changes: Partial<Target> = {}): Target => ({
  id: 'ship',
  arn: FUNCTION,
  maximumEventAgeSeconds: 86_400,
  maximumRetryAttempts: 185,
  ...changes,
});
const rule = (changes: Partial<RuleSpec> = {}): RuleSpec => ({
  name: 'paid',
  enabled: true,
  pattern: JSON.stringify({ source: ['shop'], detail: { state: ['paid'] } }),
  targets: [target()],
  ...changes,
});
const order = (state: string) =>
  eventOf(
    {
      id: 'e1',
      source: 'shop',
      detailType: 'order',
      time: new Date(0),
      resources: ['a'],
      detail: { state, items: [7] },
    },
    place,
  );

describe('A rule with a pattern', () => {
  test('gives each of its targets the events that match, and no others', async () => {
    const { events, deliveries } = boot();
    const { arn } = events.create(rule({ targets: [target(), target({ id: 'copy', arn: QUEUE })] }));
    events.publish(order('open'));
    events.publish(order('paid'), 'Root=1-2-3');
    await eventually('both have it', () => deliveries.length === 2);
    expect(deliveries.map(({ to }) => to)).toEqual([FUNCTION, QUEUE]);
    expect(deliveries[0]).toMatchObject({
      from: { service: 'events.amazonaws.com', arn },
      traceHeader: 'Root=1-2-3',
    });
    expect(JSON.parse(deliveries[0]?.body ?? '')).toEqual({
      version: '0',
      id: 'e1',
      'detail-type': 'order',
      source: 'shop',
      account: '000000000000',
      time: '1970-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: ['a'],
      detail: { state: 'paid', items: [7] },
    });
  });

  test('gives a target a part of the event, or something else in its place', async () => {
    const { events, deliveries } = boot();
    events.create(
      rule({
        targets: [
          target({ id: 'part', inputPath: '$.detail.items[0]' }),
          target({ id: 'other', input: '{"a":1}' }),
          target({ id: 'whole', inputPath: '$' }),
        ],
      }),
    );
    events.publish(order('paid'));
    await eventually('all have it', () => deliveries.length === 3);
    expect(deliveries.map(({ body }) => JSON.parse(body) as unknown)).toEqual([7, { a: 1 }, order('paid')]);
  });

  test('rests while it is disabled, and is gone once it is deleted', async () => {
    const { events, deliveries } = boot();
    events.create(rule({ enabled: false }));
    events.publish(order('paid'));
    events.update(rule());
    events.publish(order('paid'));
    await eventually('the second came', () => deliveries.length === 1);
    events.delete('paid');
    events.publish(order('paid'));
    expect(() => events.get('paid')).toThrow('Rule paid does not exist on EventBus default.');
    expect(deliveries).toHaveLength(1);
  });

  test('tries again with back-off; then the event itself goes to the dead-letter queue, with the story in its attributes', async () => {
    let tries = 0;
    const { events, deliveries, observed } = boot({
      refuse: ({ to }) => {
        if (to !== FUNCTION) return undefined;
        tries += 1;
        return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
      },
    });
    const { arn } = events.create(
      rule({ targets: [target({ inputPath: '$.detail', deadLetterArn: DEAD_LETTERS, maximumRetryAttempts: 2 })] }),
    );
    events.publish(order('paid'));
    await eventually('the dead letter', () => deliveries.length > 0);
    expect(tries).toBe(3);
    expect(deliveries).toHaveLength(1);
    expect(deliveries[0]).toMatchObject({ to: DEAD_LETTERS, from: { service: 'events.amazonaws.com', arn } });
    expect(JSON.parse(deliveries[0]?.body ?? '')).toEqual(order('paid'));
    const values = Object.entries(deliveries[0]?.attributes ?? {}).map(([name, { stringValue }]) => [
      name,
      stringValue,
    ]);
    expect(Object.fromEntries(values)).toEqual({
      RULE_ARN: arn,
      TARGET_ARN: FUNCTION,
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'Rate Exceeded.',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
    expect(observed.map(({ type }) => type)).toEqual(['dead-lettered']);
  });

  test('gives up an event that grows too old', async () => {
    const { events, deliveries } = boot({
      refuse: ({ to }) => (to === FUNCTION ? new AwsError('ServiceException', 'no', 500) : undefined),
    });
    events.create(rule({ targets: [target({ deadLetterArn: DEAD_LETTERS, maximumEventAgeSeconds: 60 })] }));
    events.publish(order('paid'));
    await eventually('the dead letter', () => deliveries.length > 0);
    expect(deliveries[0]?.attributes).toMatchObject({
      ERROR_CODE: { stringValue: 'ERROR_FROM_TARGET' },
      EXHAUSTED_RETRY_CONDITION: { stringValue: 'MaximumEventAgeInSeconds' },
    });
  });

  test('does not try again what no retry mends, and says loudly that nothing keeps it', async () => {
    const { events, observed } = boot({ refuse: () => new AwsError('AccessDenied', 'no', 403) });
    events.create(rule());
    events.publish(order('paid'));
    await eventually('it is dropped', () => observed.length > 0);
    expect(observed).toEqual([{ type: 'event-dropped', from: 'paid', to: FUNCTION, reason: 'AccessDenied: no' }]);
  });
});

describe('A rule with a schedule', () => {
  const hourly: RuleSpec = { name: 'hourly', enabled: true, expression: 'rate(1 hour)', targets: [target()] };

  test('fires one period after it was made and then at its rate, by the clock factor', async () => {
    const { events, deliveries, observed, now } = boot({ factor: 36_000 });
    const made = now().getTime();
    const { arn } = events.create(hourly);
    await eventually('three occurrences', () => deliveries.length >= 3);
    const bodies = deliveries.slice(0, 3).map(({ body }) => JSON.parse(body) as { time: string });
    const times = bodies.map(({ time }) => Date.parse(time));
    // Between the two lines above, an hour of this clock takes 100 ms.
    expect(times[0]).toBeGreaterThanOrEqual(made + 3_599_000);
    expect(times.map((time) => Math.round((time - (times[0] ?? 0)) / 3_600_000))).toEqual([0, 1, 2]);
    expect(bodies[0]).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [arn],
      detail: {},
    });
    expect(observed[0]).toEqual({ type: 'schedule-fired', schedule: 'hourly', target: FUNCTION });
  });

  test('goes on after a restart', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'events-test-'));
    try {
      const first = boot({ factor: 36_000, stateFolder });
      first.events.create(hourly);
      await eventually('it has fired', () => first.deliveries.length >= 2);
      first.stop();
      const timeOf = ({ body }: Delivery): number => Date.parse((JSON.parse(body) as { time: string }).time);
      const last = Math.max(...first.deliveries.map(timeOf));
      const second = boot({ factor: 36_000, stateFolder });
      second.events.start();
      await eventually('it fires again', () => second.deliveries.length >= 2);
      expect(second.deliveries.every((delivery) => timeOf(delivery) > last)).toBe(true);
      expect(new Set(second.deliveries.map(timeOf)).size).toBe(second.deliveries.length);
    } finally {
      rmSync(stateFolder, { recursive: true, force: true });
    }
  });
});

describe('A rule is refused', () => {
  const withoutPattern = (expression?: string): RuleSpec => ({
    name: 'paid',
    enabled: true,
    targets: [target()],
    ...(expression !== undefined && { expression }),
  });
  test.each<[string, RuleSpec, string]>([
    ['without pattern and expression', withoutPattern(), 'EventPattern or ScheduleExpression must be specified'],
    ['with a date', withoutPattern('at(2030-01-01T00:00:00)'), 'Parameter ScheduleExpression is not valid'],
    ['with a wrong plural', withoutPattern('rate(1 hours)'), 'Parameter ScheduleExpression is not valid'],
    ['with a wrong singular', withoutPattern('rate(5 minute)'), 'Parameter ScheduleExpression is not valid'],
    ['with a pattern that is no pattern', rule({ pattern: '{"source":"shop"}' }), 'Event pattern is not valid'],
    [
      'with a target of another kind',
      rule({ targets: [target({ arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:x' })] }),
      'does not implement rules whose target is arn:aws:states',
    ],
    [
      'with two inputs',
      rule({ targets: [target({ input: '1', inputPath: '$' })] }),
      'Only one of Input, InputPath, or InputTransformer',
    ],
    ['with an input that is no JSON', rule({ targets: [target({ input: 'x' })] }), 'JSON syntax error in input'],
    [
      'with a path of another kind',
      rule({ targets: [target({ inputPath: '$..a' })] }),
      'does not implement the InputPath',
    ],
    ['with two targets of one Id', rule({ targets: [target(), target()] }), 'have the same Id'],
    [
      'with six targets',
      rule({ targets: [1, 2, 3, 4, 5, 6].map((number) => target({ id: String(number) })) }),
      'has 6 targets, of at most 5',
    ],
    ['with too many retries', rule({ targets: [target({ maximumRetryAttempts: 186 })] }), '0 to 185'],
    [
      'with a dead-letter queue that is none',
      rule({ targets: [target({ deadLetterArn: 'arn:aws:sns:us-east-1:000000000000:t' })] }),
      'must be a standard queue',
    ],
  ])('%s', (_what, wanted, message) => {
    const { events } = boot();
    expect(() => events.create(wanted)).toThrow(message);
    expect(events.list()).toEqual([]);
  });
});

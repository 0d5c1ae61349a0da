import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { eventually } from '../../src/testing/eventually.ts';
import { AwsError } from '../../src/core/aws-error.ts';
import { createClock } from '../../src/core/clock.ts';
import type { Delivery } from '../../src/core/delivery.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import type { ScheduleSpec } from '../../src/services/scheduler/schedule.ts';
import { createScheduler } from '../../src/services/scheduler/scheduler.ts';
import { createGateway } from '../../src/wire/gateway.ts';

const ROLE = 'arn:aws:iam::000000000000:role/schedule';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:nightly';
const DEAD_LETTERS = 'arn:aws:sqs:us-east-1:000000000000:dead';
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
  const events: CloudEvent[] = [];
  const scheduler = createScheduler(
    {
      region: 'us-east-1',
      accountId: '000000000000',
      clock: createClock(factor),
      random: createRandom(3),
      observe: (event) => void events.push(event),
      deliver: async (delivery) => {
        const refused = refuse?.(delivery);
        if (refused !== undefined) throw refused;
        deliveries.push(delivery);
      },
      stopping: stop.signal,
      endpoint: () => '',
      ...(stateFolder !== undefined && { stateFolder }),
    },
    { mayAssume: (_service, roleArn) => roleArn === ROLE },
  );
  return { scheduler, deliveries, events, stop: () => stop.abort() };
}

const spec = (changes: Partial<ScheduleSpec> = {}, target: Partial<ScheduleSpec['target']> = {}): ScheduleSpec => ({
  name: 'nightly',
  expression: 'rate(1 hour)',
  timeZone: 'UTC',
  enabled: true,
  target: { arn: FUNCTION, roleArn: ROLE, maximumEventAgeSeconds: 86_400, maximumRetryAttempts: 185, ...target },
  ...changes,
});

describe('A schedule', () => {
  test('fires at once and then at its rate, by the clock factor', async () => {
    const { scheduler, deliveries } = boot({ factor: 36_000 });
    scheduler.create(spec());
    await eventually('four occurrences', () => deliveries.length >= 4);
    const bodies = deliveries.slice(0, 4).map(({ body }) => JSON.parse(body) as { time: string });
    const hours = bodies.map(({ time }) => Date.parse(time) / 3_600_000);
    expect(hours.map((hour) => Math.round(hour - (hours[0] ?? 0)))).toEqual([0, 1, 2, 3]);
    expect(deliveries[0]).toMatchObject({
      to: FUNCTION,
      from: {
        service: 'scheduler.amazonaws.com',
        arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/default',
        roleArn: ROLE,
      },
    });
    expect(bodies[0]).toMatchObject({
      version: '0',
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      resources: ['arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly'],
      detail: '{}',
    });
  });

  test('fills its input in', async () => {
    const { scheduler, deliveries } = boot();
    const input =
      '{"arn":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>,"id":"<aws.scheduler.execution-id>"}';
    scheduler.create(spec({ expression: 'at(2020-01-01T00:00:00)' }, { input }));
    expect(deliveries).toEqual([]);
    scheduler.update(spec({}, { input }));
    await eventually('it has fired', () => deliveries.length > 0);
    expect(JSON.parse(deliveries[0]?.body ?? '')).toEqual({
      arn: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      try: 1,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('rests while it is disabled, after its end, and once it is deleted', async () => {
    const { scheduler, deliveries } = boot({ factor: 360_000 });
    scheduler.create(spec({ enabled: false }));
    scheduler.create(spec({ name: 'over', endDate: '2020-01-01T00:00:00Z' }));
    scheduler.create(spec({ name: 'running', target: { ...spec().target, arn: DEAD_LETTERS } }));
    await eventually('the other runs', () => deliveries.length > 3);
    scheduler.delete('running');
    const count = deliveries.length;
    scheduler.update(spec());
    await eventually('the enabled one runs', () => deliveries.length > count + 3);
    expect(new Set(deliveries.slice(count).map(({ to }) => to))).toEqual(new Set([FUNCTION]));
  });

  test('tries again with back-off, then gives a dead letter with the story in its attributes', async () => {
    const { scheduler, deliveries, events } = boot({
      refuse: ({ to }) =>
        to === FUNCTION ? new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429) : undefined,
    });
    scheduler.create(
      spec({ expression: 'rate(1 day)' }, { input: '{}', deadLetterArn: DEAD_LETTERS, maximumRetryAttempts: 3 }),
    );
    await eventually('the dead letter', () => deliveries.length > 0);
    const values = Object.fromEntries(
      Object.entries(deliveries[0]?.attributes ?? {}).map(([name, { stringValue }]) => [name, stringValue]),
    );
    expect(deliveries[0]).toMatchObject({ to: DEAD_LETTERS, body: '{}' });
    expect(values).toMatchObject({
      ERROR_CODE: 'TooManyRequestsException',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '3',
      TARGET_ARN: FUNCTION,
    });
    expect(events.map(({ type }) => type)).toEqual(['schedule-fired', 'dead-lettered']);
  });

  test('does not try again what no retry mends, and says loudly that nothing keeps it', async () => {
    const { scheduler, events } = boot({ refuse: () => new AwsError('AccessDenied', 'no', 403) });
    scheduler.create(spec({ expression: 'rate(1 day)' }));
    const dropped = await eventually('it is dropped', () => events.find(({ type }) => type === 'event-dropped'));
    expect(dropped).toMatchObject({ from: 'nightly', to: FUNCTION, reason: 'AccessDenied: no' });
  });

  test('goes on after a restart, and makes up once for what it missed', async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), 'scheduler-test-'));
    try {
      const first = boot({ factor: 36_000, stateFolder });
      first.scheduler.create(spec());
      await eventually('it has fired', () => first.deliveries.length >= 2);
      first.stop();
      const last = JSON.parse(first.deliveries.at(-1)?.body ?? '') as { time: string };
      const second = boot({ factor: 36_000, stateFolder });
      second.scheduler.start();
      await eventually('it fires again', () => second.deliveries.length >= 1);
      const next = JSON.parse(second.deliveries[0]?.body ?? '') as { time: string };
      expect(Date.parse(next.time)).toBeGreaterThan(Date.parse(last.time));
    } finally {
      rmSync(stateFolder, { recursive: true, force: true });
    }
  });

  test.each<[string, ScheduleSpec, string]>([
    ['a role that Scheduler may not assume', spec({}, { roleArn: `${ROLE}-other` }), 'to assume the role'],
    [
      'a target of another kind',
      spec({}, { arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/x' }),
      'does not implement',
    ],
    ['too many retries', spec({}, { maximumRetryAttempts: 186 }), '0 to 185'],
  ])('is refused with %s', (_name, wanted, message) => {
    const { scheduler } = boot();
    expect(() => scheduler.create(wanted)).toThrow(message);
    expect(scheduler.list()).toEqual([]);
  });
});

test("AWS's client reads schedules", async () => {
  const { scheduler } = boot();
  scheduler.create(spec({ enabled: false, description: 'Every night', flexibleMinutes: 5 }));
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [scheduler.api],
    resolveCaller: () => ({ arn: 'arn:aws:iam::000000000000:root', authorize: () => undefined }),
    observe: () => undefined,
    random: createRandom(1),
  });
  try {
    const client = new SchedulerClient({
      endpoint: gateway.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    expect(await client.send(new GetScheduleCommand({ Name: 'nightly' }))).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      State: 'DISABLED',
      Description: 'Every night',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
      Target: { Arn: FUNCTION, RetryPolicy: { MaximumRetryAttempts: 185 } },
    });
    const { Schedules } = await client.send(new ListSchedulesCommand({ NamePrefix: 'night' }));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(['nightly']);
    await expect(client.send(new GetScheduleCommand({ Name: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  } finally {
    await gateway.close();
  }
});

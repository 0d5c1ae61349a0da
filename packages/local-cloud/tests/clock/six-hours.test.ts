import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { code, testCloud, type TestCloud } from '../lambda/support/cloud.ts';
import { eventually } from '../support/messaging.ts';

const FAILURES = 'arn:aws:sqs:us-east-1:000000000000:failures';
const SIX_HOURS_MS = 6 * 3600_000;

let cloud: TestCloud | undefined;
afterEach(() => cloud?.end());

test('six hours of throttling pass in a second, and the invocation in the way outlives them: its timeout is not shortened', async () => {
  const factor = 21_600;
  cloud = testCloud({ factor });
  const { folder } = cloud;
  const [began, end] = [join(folder, 'began'), join(folder, 'end')];
  // Holds the only place until it is told to let go; timeouts are not shortened, or it could not hold it.
  cloud.create(
    'narrow',
    code(`async ({ hold }) => {
      const { existsSync, writeFileSync } = require('node:fs');
      if (!hold) return 'done';
      writeFileSync(${JSON.stringify(began)}, '');
      while (!existsSync(${JSON.stringify(end)})) await new Promise((done) => setTimeout(done, 5));
      return 'held';
    }`),
    { timeoutSeconds: 300 },
  );
  cloud.lambda.reserveConcurrency('narrow', 1);
  cloud.lambda.configureEventInvoke({ functionName: 'narrow' }, { onFailure: FAILURES });
  const { lambda, deliveries } = cloud;
  const holding = cloud.call('narrow', { hold: true });
  await eventually(() => (existsSync(began) ? true : undefined));

  const enqueuedAt = Date.now();
  lambda.enqueue({ functionName: 'narrow' }, '{}');
  const delivery = await eventually(() => deliveries[0]);
  const passedMs = (Date.now() - enqueuedAt) * factor;
  writeFileSync(end, '');

  expect(JSON.parse(delivery.body)).toMatchObject({
    requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
  });
  // Not before its time by the cloud's clock; and after the longest pause between two tries, five minutes, at the latest.
  expect(passedMs).toBeGreaterThan(SIX_HOURS_MS);
  // Throttled again and again, at first every second, at last every five minutes: fewer than every five minutes throughout would be.
  const throttled = cloud.of('invocation-throttled').length;
  expect(throttled).toBeGreaterThan(5);
  expect(throttled).toBeLessThan(100);
  expect(await holding).toMatchObject({ outcome: 'succeeded', result: 'held' });
});

test('with nothing reserved the event goes to its destination at once, whatever the factor', async () => {
  cloud = testCloud();
  cloud.create('closed', code('async () => 1'));
  cloud.lambda.reserveConcurrency('closed', 0);
  cloud.lambda.configureEventInvoke({ functionName: 'closed' }, { onFailure: FAILURES });
  cloud.lambda.enqueue({ functionName: 'closed' }, '{}');
  const { deliveries } = cloud;
  expect(JSON.parse((await eventually(() => deliveries[0])).body)).toMatchObject({
    requestContext: { condition: 'ZeroReservedConcurrency', approximateInvokeCount: 0 },
  });
});

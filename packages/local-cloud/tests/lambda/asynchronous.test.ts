import { afterEach, describe, expect, test } from '@jest/globals';
import { AwsError } from '../../src/core/aws-error.ts';
import { eventually } from '../../src/testing/eventually.ts';
import { code, testCloud, type TestCloud } from './support/cloud.ts';

const FAILURES = 'arn:aws:sqs:us-east-1:000000000000:failures';
const SUCCESSES = 'arn:aws:sqs:us-east-1:000000000000:successes';
const FAILS = code(`async () => { throw new RangeError('always'); }`);

const open: TestCloud[] = [];
const cloudWith = (options?: Parameters<typeof testCloud>[0]): TestCloud => {
  const cloud = testCloud(options);
  open.push(cloud);
  return cloud;
};
afterEach(() => Promise.all(open.splice(0).map((cloud) => cloud.end())));

const empty = (cloud: TestCloud) => eventually('the queue is empty', () => cloud.lambda.queuedEvents() === 0);

describe('An asynchronous event', () => {
  test('is tried three times, a minute and two minutes apart, then goes to the destination with its story', async () => {
    const cloud = cloudWith({ factor: 600 });
    cloud.create('failing', FAILS);
    cloud.lambda.functions.publish('failing');
    cloud.lambda.functions.createAlias('failing', { name: 'live', functionVersion: '1', description: '', weights: {} });
    cloud.lambda.configureEventInvoke({ functionName: 'failing', qualifier: 'live' }, { onFailure: FAILURES });
    const began = Date.now();
    cloud.lambda.enqueue(
      { functionName: 'failing', qualifier: 'live' },
      '{"image":"cat.png"}',
      undefined,
      'the-request',
    );
    await empty(cloud);

    expect(Date.now() - began).toBeGreaterThanOrEqual(180_000 / 600 - 5);
    expect(cloud.of('retry-scheduled').map(({ retry, of, inMs, error }) => [retry, of, inMs, error])).toEqual([
      [1, 2, 60_000, 'RangeError: always'],
      [2, 2, 120_000, 'RangeError: always'],
    ]);
    expect(cloud.of('invocation-ended').map(({ requestId, version }) => [requestId, version])).toEqual(
      Array(3).fill(['the-request', '1']),
    );
    expect(cloud.of('asynchronous-event-ended')).toEqual([
      { type: 'asynchronous-event-ended', functionName: 'failing', qualifier: 'live', dropped: true, undelivered: 0 },
    ]);
    const [delivery] = cloud.deliveries;
    expect(delivery).toMatchObject({
      to: FAILURES,
      from: {
        service: 'lambda.amazonaws.com',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:failing',
        roleArn: 'arn:aws:iam::000000000000:role/worker',
      },
    });
    expect(JSON.parse(delivery?.body ?? '')).toEqual({
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      requestContext: {
        requestId: 'the-request',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:failing:live',
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { image: 'cat.png' },
      responseContext: { statusCode: 200, executedVersion: '1', functionError: 'Unhandled' },
      responsePayload: { errorType: 'RangeError', errorMessage: 'always', trace: expect.any(Array) },
    });
    expect(cloud.of('dead-lettered')).toEqual([
      { type: 'dead-lettered', from: 'failing', to: FAILURES, reason: 'RangeError: always' },
    ]);
  });

  test('that succeeds is told to the success destination', async () => {
    const cloud = cloudWith();
    cloud.create('fine', code('async (event) => ({ seen: event })'));
    cloud.lambda.configureEventInvoke({ functionName: 'fine' }, { onSuccess: SUCCESSES, onFailure: FAILURES });
    cloud.lambda.enqueue({ functionName: 'fine' }, '{"n":1}');
    await empty(cloud);
    expect(cloud.deliveries.map(({ to, body }): unknown[] => [to, JSON.parse(body)])).toEqual([
      [
        SUCCESSES,
        expect.objectContaining({
          requestContext: expect.objectContaining({ condition: 'Success', approximateInvokeCount: 1 }),
          responseContext: { statusCode: 200, executedVersion: '$LATEST' },
          responsePayload: { seen: { n: 1 } },
        }),
      ],
    ]);
  });

  test('is a dead letter with three attributes where the function has a dead-letter queue', async () => {
    const cloud = cloudWith({ factor: 6000 });
    cloud.create('failing', FAILS, { deadLetterArn: FAILURES });
    cloud.lambda.enqueue({ functionName: 'failing' }, '{"n":1}', undefined, 'the-request');
    await empty(cloud);
    expect(cloud.deliveries).toEqual([
      expect.objectContaining({
        to: FAILURES,
        body: '{"n":1}',
        attributes: {
          RequestID: { dataType: 'String', stringValue: 'the-request' },
          ErrorCode: { dataType: 'Number', stringValue: '200' },
          ErrorMessage: { dataType: 'String', stringValue: 'always' },
        },
      }),
    ]);
  });

  test('is dropped loudly where nothing keeps it', async () => {
    const cloud = cloudWith();
    cloud.create('failing', FAILS);
    cloud.lambda.configureEventInvoke({ functionName: 'failing' }, { maximumRetryAttempts: 0 });
    cloud.lambda.enqueue({ functionName: 'failing' }, '{}');
    await empty(cloud);
    expect(cloud.of('retry-scheduled')).toEqual([]);
    expect(cloud.of('event-dropped')).toEqual([
      { type: 'event-dropped', from: 'failing', to: 'nowhere', reason: 'RangeError: always' },
    ]);
  });

  test('whose destination cannot be reached counts as undelivered', async () => {
    const cloud = cloudWith();
    cloud.context.deliver = () => Promise.reject(new AwsError('AccessDenied', 'not allowed', 403));
    cloud.create('failing', FAILS);
    cloud.create('fine', code('async () => 1'));
    cloud.lambda.configureEventInvoke({ functionName: 'failing' }, { maximumRetryAttempts: 0, onFailure: FAILURES });
    cloud.lambda.configureEventInvoke({ functionName: 'fine' }, { onSuccess: SUCCESSES });
    for (const functionName of ['failing', 'fine']) cloud.lambda.enqueue({ functionName }, '{}');
    await empty(cloud);
    const ended = cloud
      .of('asynchronous-event-ended')
      .map(({ functionName, dropped, undelivered }) => ({ functionName, dropped, undelivered }));
    expect(ended).toHaveLength(2);
    expect(ended).toContainEqual({ functionName: 'failing', dropped: true, undelivered: 1 });
    expect(ended).toContainEqual({ functionName: 'fine', dropped: false, undelivered: 1 });
  });

  test('that is too old is not tried again', async () => {
    const cloud = cloudWith({ factor: 600 });
    cloud.create('failing', FAILS);
    cloud.lambda.configureEventInvoke({ functionName: 'failing' }, { maximumEventAgeSeconds: 90, onFailure: FAILURES });
    cloud.lambda.enqueue({ functionName: 'failing' }, '{}');
    await empty(cloud);
    expect(cloud.of('invocation-ended')).toHaveLength(2);
    expect(JSON.parse(cloud.deliveries[0]?.body ?? '')).toMatchObject({
      requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 },
    });
  });

  test('that is throttled waits for its turn and uses up no retry', async () => {
    const cloud = cloudWith({ factor: 0.001 }); // back-off alone would take hours
    cloud.create('narrow', code('async ({ n, ms }) => new Promise((done) => setTimeout(done, ms ?? 1, n))'));
    cloud.lambda.reserveConcurrency('narrow', 1);
    cloud.lambda.configureEventInvoke({ functionName: 'narrow' }, { onSuccess: SUCCESSES, maximumRetryAttempts: 0 });
    const busy = cloud.call('narrow', { ms: 400 });
    for (let n = 0; n < 20; n += 1) cloud.lambda.enqueue({ functionName: 'narrow' }, JSON.stringify({ n }));
    await busy;
    await empty(cloud);
    const payloads = cloud.deliveries.map(
      ({ body }) => (JSON.parse(body) as { responsePayload: number }).responsePayload,
    );
    expect(payloads).toEqual([...Array(20).keys()]);
    expect(cloud.of('invocation-throttled').length).toBeGreaterThan(0);
  });

  test('goes to the destination at once where nothing is reserved for its function', async () => {
    const cloud = cloudWith();
    cloud.create('closed', code('async () => 1'));
    cloud.lambda.reserveConcurrency('closed', 0);
    cloud.lambda.configureEventInvoke({ functionName: 'closed' }, { onFailure: FAILURES });
    cloud.lambda.enqueue({ functionName: 'closed' }, '{}');
    await empty(cloud);
    expect(cloud.of('invocation-ended')).toEqual([]);
    expect(cloud.deliveries).toHaveLength(1);
  });

  test('outlives a restart of the cloud, its retries with it', async () => {
    const cloud = cloudWith({ state: true, factor: 1000 });
    cloud.create('failing', FAILS);
    cloud.create('slow', code('async () => new Promise((done) => setTimeout(done, 60_000))'), { timeoutSeconds: 100 });
    cloud.lambda.configureEventInvoke({ functionName: 'failing' }, { onFailure: FAILURES });
    cloud.lambda.enqueue({ functionName: 'slow' }, '{}', undefined, 'in work');
    cloud.lambda.enqueue({ functionName: 'failing' }, '{}', undefined, 'to be retried');
    await eventually('the first failure', () => cloud.of('retry-scheduled').length > 0);
    await cloud.restart();
    expect(cloud.lambda.queuedEvents()).toBe(2);
    await eventually('the failing event has been given up', () => cloud.deliveries.length > 0);
    expect(JSON.parse(cloud.deliveries[0]?.body ?? '')).toMatchObject({
      requestContext: { requestId: 'to be retried', approximateInvokeCount: 3 },
    });
    // Its process was ended with the cloud: that was no failure of the function.
    expect(cloud.of('retry-scheduled').filter(({ functionName }) => functionName === 'slow')).toEqual([]);
  });
});

test('a thousand events on a pool of four: none is lost, and they go in the order of their age', async () => {
  const cloud = cloudWith();
  cloud.create('counting', code('async () => 1'));
  cloud.lambda.configureEventInvoke({ functionName: 'counting' }, { onSuccess: SUCCESSES });
  for (let n = 0; n < 1000; n += 1) cloud.lambda.enqueue({ functionName: 'counting' }, '{}', undefined, String(n));
  await empty(cloud);
  const started = cloud
    .of('function-log')
    .flatMap(({ line }) => /^START RequestId: (\d+)/.exec(line)?.[1] ?? [])
    .map(Number);
  expect([...started].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
  // The first four each wait for a process of their own to start; from then on age alone decides.
  const afterwards = started.filter((n) => n >= 4);
  expect(afterwards).toEqual([...afterwards].sort((a, b) => a - b));
  expect(cloud.deliveries).toHaveLength(1000);
  expect(cloud.lambda.processes().length).toBeLessThanOrEqual(4);
});

describe('A delivery from another service', () => {
  const SNS = { service: 'sns.amazonaws.com', arn: 'arn:aws:sns:us-east-1:000000000000:uploads' };
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:open';

  test('is let in by the policy of the very qualifier, and by its conditions', async () => {
    const cloud = cloudWith();
    cloud.create('open', code('async () => 1'));
    const deliver = (to: string, from = SNS) => cloud.lambda.acceptDelivery({ to, from, body: '{}' });
    await expect(deliver(arn)).rejects.toMatchObject({ code: 'AccessDenied' });
    cloud.lambda.permissions.add({
      functionName: 'open',
      statementId: 'topic',
      action: 'lambda:InvokeFunction',
      principal: 'sns.amazonaws.com',
      sourceArn: SNS.arn,
    });
    await deliver(arn);
    await expect(deliver(`${arn}:$LATEST`)).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(deliver(arn, { ...SNS, arn: `${SNS.arn}-other` })).rejects.toMatchObject({ code: 'AccessDenied' });
    await expect(deliver(`${arn}er`)).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await empty(cloud);
    expect(cloud.of('invocation-ended')).toHaveLength(1);
  });

  test('of more than 1 MB is refused', async () => {
    const cloud = cloudWith();
    cloud.create('open', code('async () => 1'));
    const from = { service: 'scheduler.amazonaws.com', arn: 'x', roleArn: 'arn:aws:iam::000000000000:role/x' };
    await expect(
      cloud.lambda.acceptDelivery({ to: arn, from, body: JSON.stringify('x'.repeat(1024 * 1024)) }),
    ).rejects.toMatchObject({ code: 'RequestTooLargeException' });
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { ImageHint } from '../../../functions/shared/lambda/changed-images.ts';
import { report } from '../../../functions/shared/lambda/report.ts';
import { InvalidEventError } from '../../../functions/shared/images/errors.ts';
import { linesOf, textOf } from './captured.ts';
import { context } from './context.ts';

const image = { bucket: 'uploads', key: 'users/mona/a.jpg' };
const original = { eTag: '"abc"', versionId: 'v1', size: 1234, uploadedAt: '2026-05-01T12:30:00.000Z' };
const ready = { status: 'ready', original, outputs: 3, bytesWritten: 456 } as const;

const told = (outcome: Parameters<ReturnType<typeof report>['image']>[2], hint: ImageHint = image) =>
  linesOf(() => report(context()).image('thumbnails', hint, outcome));
const isMetric = (line: Record<string, unknown>) => '_aws' in line;

describe('one image is', () => {
  test('one line in the log', async () => {
    process.env['_X_AMZN_TRACE_ID'] = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0';
    try {
      const eventTime = new Date(Date.now() - 5_000).toISOString();
      const lines = (await told(async () => ready, { ...image, eventTime })).filter((line) => !isMetric(line));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({
        level: 'INFO',
        message: 'thumbnails ready',
        bucket: 'uploads',
        key: 'users/mona/a.jpg',
        recipe: 'thumbnails',
        outcome: 'ready',
        durationMs: expect.any(Number),
        function_request_id: '8f507cfc-xmpl-4697-b07a-ac58fc914c95',
        functionVersion: '7',
        xray_trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      });
      expect(lines[0]?.['sinceUploadMs']).toBeGreaterThanOrEqual(5_000);
    } finally {
      delete process.env['_X_AMZN_TRACE_ID'];
    }
  });

  test('one line of metrics, by outcome and by function version', async () => {
    const [line] = (await told(async () => ready)).filter(isMetric);
    expect(line).toMatchObject({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          { Namespace: 'ServerlessThumbnails', Dimensions: [['FunctionName', 'Recipe', 'Outcome']] },
          { Namespace: 'ServerlessThumbnails', Dimensions: [['FunctionName', 'Recipe', 'FunctionVersion']] },
        ],
      },
      ...{ Recipe: 'thumbnails', Outcome: 'ready', FunctionVersion: '7' },
      ...{ Images: 1, ImagesFailed: 0, Duration: expect.any(Number), BytesRead: 1234, BytesWritten: 456 },
    });
    const { CloudWatchMetrics } = line?.['_aws'] as {
      CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[];
    };
    for (const { Dimensions, Metrics } of CloudWatchMetrics) {
      // CloudWatch drops the whole line where one of them is not in it.
      for (const name of [...Dimensions.flat(), ...Metrics.map(({ Name }) => Name)]) expect(line).toHaveProperty(name);
    }
  });
});

test('a rejected image is told with its reason', async () => {
  const reason = '1 x 50000000 pixels: the longest side may be at most 20000';
  const lines = await told(async () => ({ status: 'rejected', reason, original, outputs: 0, bytesWritten: 0 }));
  expect(lines.find((line) => !isMetric(line))).toMatchObject({ message: 'rejected', outcome: 'rejected', reason });
  expect(lines.find(isMetric)).toMatchObject({ Outcome: 'rejected', ImagesFailed: 0, BytesRead: 0 });
});

test.each([
  ['deleted', 'deleted'],
  ['unchanged', 'unchanged'],
  ['nothing', 'nothing there'],
] as const)('%s is told as "%s"', async (status, message) => {
  const lines = await told(async () => ({ status, outputs: 0, bytesWritten: 0 }));
  expect(lines.find((line) => !isMetric(line))).toMatchObject({ level: 'INFO', message, outcome: status });
});

test('a failure is told with its error, counted against the function version, and thrown on', async () => {
  const error = new Error('S3 was away', { cause: new Error('ECONNRESET') });
  let thrown: unknown;
  const lines = await linesOf(async () => {
    await report(context())
      .image('renditions', image, () => Promise.reject(error))
      .catch((caught: unknown) => (thrown = caught));
  });
  expect(thrown).toBe(error);
  expect(lines.find((line) => !isMetric(line))).toMatchObject({
    level: 'ERROR',
    outcome: 'failed',
    error: { name: 'Error', message: 'S3 was away', cause: { message: 'ECONNRESET' } },
  });
  expect(lines.find(isMetric)).toMatchObject({ Outcome: 'failed', Images: 1, ImagesFailed: 1, FunctionVersion: '7' });
});

test('a refused delivery is told and counted', async () => {
  const lines = await linesOf(async () => report(context()).refused(new InvalidEventError('event has no Records')));
  expect(lines.find((line) => !isMetric(line))).toMatchObject({ level: 'WARN', reason: 'event has no Records' });
  expect(lines.find(isMetric)).toMatchObject({ InvalidEvents: 1, FunctionVersion: '7' });
});

describe('a name cannot break its line', () => {
  const breakers = [
    'line\nfeed',
    'carriage\rreturn',
    'next\u0085line',
    'line\u2028separator',
    'paragraph\u2029separator',
  ];
  const others = [
    '"quotes"',
    '{"level":"ERROR"}',
    'escape\u001b[31m',
    'csi\u009b31m',
    'right\u202eto left',
    'back\\slash',
    '\u0000',
  ];

  test.each([...breakers, ...others])('%j', async (key) => {
    const log = await textOf(() => report(context()).image('thumbnails', { ...image, key }, async () => ready));
    const lines = log.split(/[\n\r\u0085\u2028\u2029]/u).filter((line) => line !== '');
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines.find((line) => line.includes('"key"')) ?? '')).toMatchObject({
      key,
      message: 'thumbnails ready',
    });
    // What a terminal or a viewer would obey.
    const obeyed = log.replaceAll('\n', '').match(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu);
    expect(obeyed).toBeNull();
  });

  test('no other name, reason or error can break its line either', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (text) => {
        const lines = await linesOf(async () => {
          const { image: tell, refused } = report(context());
          await tell('thumbnails', { ...image, key: text }, async () => ready);
          await tell('thumbnails', image, () => Promise.reject(new Error(text))).catch(() => undefined);
          refused(new InvalidEventError(text));
        });
        expect(lines).toHaveLength(6);
        expect(lines.some(({ key }) => key === text)).toBe(true);
        expect(lines.some(({ error }) => (error as Error | undefined)?.message === text)).toBe(true);
        expect(lines.some(({ reason }) => reason === text)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

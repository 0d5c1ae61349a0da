import { describe, expect, test } from '@jest/globals';
import { lineOf, type LineOptions } from '../../src/cli/line.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';

const options: LineOptions = {
  show: ['key', 'durationMs', 'reason'],
  isWatched: (bucket) => bucket === 'uploads',
  label: (name) => (name.includes('thumbnails-fn') ? 'GenerateThumbnails' : (name.split(':').at(-1) ?? name)),
};
const told = (event: CloudEvent): string | undefined => {
  const line = lineOf(event, options);
  return line === undefined ? undefined : `${line.tone} ${line.where}: ${line.what}`;
};
const logged = (line: string | object): string | undefined =>
  told({
    type: 'function-log',
    functionName: 'thumbnails-fn',
    version: '1',
    line: typeof line === 'string' ? line : JSON.stringify(line),
  });
const ended = (
  outcome: 'succeeded' | 'failed' | 'timed-out' | 'crashed',
  kind: 'asynchronous' | 'poll',
): CloudEvent => ({
  type: 'invocation-ended',
  functionName: 'thumbnails-fn',
  version: '1',
  requestId: 'r',
  kind,
  durationMs: 1500,
  outcome,
  ...(outcome !== 'succeeded' && { error: 'Error: no\n    at x.js' }),
});

describe('objects', () => {
  test('are told where somebody is told of them', () => {
    const created = { type: 'object-created', key: 'users/a/cat.jpg', size: 1_234_567, event: 'Put' } as const;
    expect(told({ ...created, bucket: 'uploads' })).toBe('plain s3: uploaded users/a/cat.jpg  1.2 MB');
    expect(told({ ...created, bucket: 'thumbnails' })).toBeUndefined();
    expect(told({ type: 'object-removed', bucket: 'uploads', key: 'k', event: 'Delete' })).toBe('plain s3: removed k');
  });

  test('cannot command the terminal by their keys', () => {
    const key = 'a\u001b[2Jb\nc\u202ed.jpg';
    expect(told({ type: 'object-created', bucket: 'uploads', key, size: 9, event: 'Put' })).toBe(
      String.raw`plain s3: uploaded a\u001b[2Jb\u000ac\u202ed.jpg  9 B`,
    );
  });
});

describe('what functions log', () => {
  test('is not shown where the line of the invocation says it', () => {
    expect(logged('RequestId: 7261be43 Error: Runtime exited with error: signal: killed')).toBeUndefined();
  });

  test('is shown by message and the chosen fields', () => {
    expect(logged({ level: 'INFO', message: 'thumbnails ready', key: 'a.jpg', durationMs: 81.4, eTag: 'x' })).toBe(
      'good GenerateThumbnails: thumbnails ready  a.jpg  duration 81 ms',
    );
    expect(logged({ level: 'WARN', message: 'rejected', key: 'a\nb', reason: { code: 1 } })).toBe(
      String.raw`warning GenerateThumbnails: rejected  a\u000ab  {"code":1}`,
    );
  });

  test('shows the error of an error', () => {
    expect(
      logged({ level: 'ERROR', message: 'failed', key: 'k', error: { name: 'TypeError', message: 'x is no y' } }),
    ).toBe('bad GenerateThumbnails: failed  k  TypeError: x is no y');
  });

  test('is told as it stands where it is no JSON', () => {
    expect(logged('hello {')).toBe('good GenerateThumbnails: hello {');
    expect(logged('2026-01-01T00:00:00.000Z\tid\tWARN\tcareful\tnow')).toBe(
      'warning GenerateThumbnails: careful\tnow'.replace('\t', '\\u0009'),
    );
  });

  test.each([
    ['below INFO', { level: 'DEBUG', message: 'x' }],
    ['metrics', { _aws: {}, images: 1 }],
    ['of the platform', { time: 't', type: 'platform.report', record: {} }],
    ['of the platform, as text', 'REPORT RequestId: x Duration: 1 ms'],
    ['that is empty', ''],
    [
      'that is told by the failed invocation',
      { level: 'ERROR', message: { errorType: 'E', errorMessage: 'm', stackTrace: [] } },
    ],
  ])('is left out where it is a line %s', (_what, line) => {
    expect(logged(line)).toBeUndefined();
  });
});

describe('invocations', () => {
  test('that succeed say nothing, others how they ended', () => {
    expect(told(ended('succeeded', 'poll'))).toBeUndefined();
    expect(told(ended('failed', 'poll'))).toBe('bad GenerateThumbnails: failed after 1.5 s: Error: no');
    expect(told(ended('timed-out', 'asynchronous'))).toContain('timed out after 1.5 s');
    expect(told(ended('crashed', 'asynchronous'))).toContain('crashed after 1.5 s');
  });

  test('that fail asynchronously are told by what becomes of them', () => {
    expect(told(ended('failed', 'asynchronous'))).toBeUndefined();
    const fn = { functionName: 'thumbnails-fn', requestId: 'r' };
    expect(told({ type: 'retry-scheduled', ...fn, retry: 1, of: 2, inMs: 60_000, error: 'Error: no' })).toBe(
      'warning GenerateThumbnails: retry 1 of 2 in 60 s: Error: no',
    );
    expect(
      told({
        type: 'dead-lettered',
        from: 'arn:aws:lambda:us-east-1:0:function:thumbnails-fn:live',
        to: 'arn:aws:sqs:us-east-1:0:failures',
        reason: 'RetriesExhausted',
      }),
    ).toBe('bad failures: dead-lettered from GenerateThumbnails: RetriesExhausted');
    expect(told({ type: 'event-dropped', from: 'arn:x:topic', to: 'arn:x:queue', reason: 'gone' })).toBe(
      'bad topic: an event for queue was dropped: gone',
    );
    expect(told({ type: 'event-dropped', from: 'thumbnails-fn', to: 'nowhere', reason: 'Error: no' })).toBe(
      'bad GenerateThumbnails: an event that nothing is configured to keep was dropped: Error: no',
    );
    expect(told({ type: 'invocation-throttled', functionName: 'thumbnails-fn', version: '1', kind: 'poll' })).toBe(
      'warning GenerateThumbnails: throttled (poll)',
    );
  });

  test('a release is told as it goes', () => {
    const about = { deploymentId: 'd-1', functionName: 'thumbnails-fn' };
    const versions = { fromVersion: '1', toVersion: '2' };
    expect(told({ type: 'deployment-changed', ...about, ...versions, status: 'started' })).toBe(
      'good GenerateThumbnails: release of version 2 begins as d-1 (version 1 serves)',
    );
    expect(
      told({ type: 'traffic-shifted', functionName: 'thumbnails-fn', alias: 'live', weights: { 1: 0.9, 2: 0.1 } }),
    ).toBe('plain GenerateThumbnails: live -> version 1 90 %, version 2 10 %');
    expect(
      told({ type: 'deployment-stage', ...about, stage: 'BeforeAllowTraffic', status: 'Failed', hook: 'hook-fn' }),
    ).toBe('bad GenerateThumbnails: BeforeAllowTraffic  Failed  hook-fn');
    expect(
      told({ type: 'deployment-changed', ...about, ...versions, status: 'failed', reason: 'hook said no\nmore' }),
    ).toBe('bad GenerateThumbnails: release of version 2 failed; version 1 serves: hook said no');
  });

  test('an alarm that fires is told, and that it is over; that it has nothing to complain of at first is not', () => {
    const change = { type: 'alarm-changed', alarm: 'ErrorsAlarm', reason: '3 errors' } as const;
    expect(told({ ...change, from: 'OK', to: 'ALARM' })).toBe('bad ErrorsAlarm: alarm OK -> ALARM: 3 errors');
    expect(told({ ...change, from: 'ALARM', to: 'OK' })).toBe('good ErrorsAlarm: alarm ALARM -> OK: 3 errors');
    expect(told({ ...change, from: 'INSUFFICIENT_DATA', to: 'OK' })).toBeUndefined();
  });
});

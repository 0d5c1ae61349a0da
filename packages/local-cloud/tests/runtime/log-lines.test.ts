import { afterAll, describe, expect, test } from '@jest/globals';
import { environments } from './support/environments.ts';

const all = environments();
afterAll(all.end);

const json = (levels: { applicationLevel?: 'INFO' | 'WARN'; systemLevel?: 'INFO' | 'WARN' | 'DEBUG' } = {}) => ({
  logging: { format: 'JSON', applicationLevel: 'INFO', systemLevel: 'INFO', group: 'g', ...levels } as const,
});
const TALK = `async () => {
  console.debug('details', { a: 1 });
  console.log('two\\nlines');
  console.warn({ a: 1 });
  console.error('failed:', new RangeError('why'));
  process.stdout.write('{"level":"INFO","own":"json"}\\nplain\\n');
  require('node:fs').writeSync(2, 'straight to the descriptor\\n');
}`;

describe('In the text format', () => {
  test('lines carry time, request id and level, between START, END and REPORT', async () => {
    const environment = all.handler(TALK);
    await environment.call();
    const { lines } = environment;
    const ordered = lines.filter((line) => line !== 'straight to the descriptor');
    expect(lines).toContain('straight to the descriptor');
    expect(
      ordered.map((line) =>
        line
          .replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, 'TIME')
          .replace(/\d+\.\d\d ms/g, 'N ms')
          .replace(/: \d+ (ms|MB)/g, ': N $1')
          .replace(/\n {4}at [\s\S]*/, ''),
      ),
    ).toEqual([
      'INIT_START Runtime Version: nodejs:24.local-cloud',
      'START RequestId: request-1 Version: 7',
      'TIME\trequest-1\tDEBUG\tdetails { a: 1 }',
      'TIME\trequest-1\tINFO\ttwo\nlines',
      'TIME\trequest-1\tWARN\t{ a: 1 }',
      'TIME\trequest-1\tERROR\tfailed: RangeError: why',
      '{"level":"INFO","own":"json"}',
      'plain',
      'END RequestId: request-1',
      'REPORT RequestId: request-1\tDuration: N ms\tBilled Duration: N ms\tMemory Size: N MB\tMax Memory Used: N MB\tInit Duration: N ms',
    ]);
  });
});

describe('In the JSON format', () => {
  const parsed = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);

  test('what the console says becomes records; what is JSON already passes as it is', async () => {
    const environment = all.handler(TALK, json());
    await environment.call();
    const records = parsed(environment.lines);
    expect(records.map(({ type, level, message, own }) => type ?? own ?? [level, message])).toEqual([
      'platform.initStart',
      'platform.start',
      ['INFO', 'two\nlines'],
      ['WARN', { a: 1 }],
      ['ERROR', expect.stringContaining('failed: RangeError: why')],
      'json',
      'platform.report',
    ]);
    expect(records[4]).toMatchObject({ requestId: 'request-1', errorType: 'RangeError', errorMessage: 'why' });
    expect(environment.lines).toContain('plain');
  });

  test('levels filter what the handler and what Lambda says', async () => {
    const quiet = all.handler(TALK, json({ applicationLevel: 'WARN', systemLevel: 'WARN' }));
    await quiet.call();
    expect(parsed(quiet.lines).map(({ level }) => level)).toEqual(['WARN', 'ERROR']);

    const chatty = all.handler('async () => 1', json({ systemLevel: 'DEBUG' }));
    await chatty.call();
    expect(parsed(chatty.lines).map(({ type }) => type)).toContain('platform.runtimeDone');
  });
});

test('ten megabytes of output arrive whole, before the answer', async () => {
  const environment = all.handler(
    `async () => { for (let n = 0; n < 1000; n += 1) console.log(String(n).padStart(10_000, '.')); return 'done'; }`,
  );
  const { value, logTail } = await environment.call();
  expect(value).toBe('done');
  const numbers = environment.lines.flatMap((line) => /\.(\d+)$/.exec(line)?.[1] ?? []).map(Number);
  expect(numbers).toEqual([...Array(1000).keys()]);
  expect(Buffer.byteLength(logTail)).toBeLessThanOrEqual(4096);
  expect(logTail).toContain('END RequestId: request-1');
});

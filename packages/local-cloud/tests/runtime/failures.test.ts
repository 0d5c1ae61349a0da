import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../../src/testing/eventually.ts';
import { environments } from './support/environments.ts';

const all = environments();
afterAll(all.end);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('Errors of a handler', () => {
  test('are answered with type, message and trace, and the environment stays', async () => {
    const environment = all.handler(`async () => { throw new TypeError('boom'); }`);
    const { outcome, value } = await environment.call();
    expect(outcome).toBe('failed');
    expect(value).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'boom',
      trace: expect.arrayContaining(['TypeError: boom']),
    });
    expect(environment.usable()).toBe(true);
  });

  test('that are no Error say their type', async () => {
    const { value } = await all.handler(`async () => { throw 'text'; }`).call();
    expect(value).toEqual({ errorType: 'string', errorMessage: 'text', trace: [] });
  });

  test('that nobody caught end the environment', async () => {
    const rejected = all.handler(
      `async () => { Promise.reject(new Error('stray')); await new Promise((done) => setTimeout(done, 5000)); }`,
    );
    expect((await rejected.call()).value).toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      errorMessage: 'Error: stray',
    });
    expect(rejected.usable()).toBe(false);

    const thrown = all.handler(
      `async () => { setImmediate(() => { throw new RangeError('late'); }); await new Promise((done) => setTimeout(done, 5000)); }`,
    );
    expect((await thrown.call()).value).toMatchObject({ errorType: 'RangeError', errorMessage: 'late' });
    expect(thrown.usable()).toBe(false);
  });

  test('a promise that can never settle is an error at once, not a timeout', async () => {
    const environment = all.handler('() => new Promise(() => {})');
    expect((await environment.call()).value).toMatchObject({ errorType: 'Runtime.NodeJsExit' });
  });

  test('what cannot be written as JSON is an error', async () => {
    const { value } = await all.handler('async () => ({ big: 1n })').call();
    expect(value).toMatchObject({ errorType: 'Runtime.JSONStringifyError' });
  });

  test('a response above 6 MB is an error, one of 6 MB is not', async () => {
    const environment = all.handler(`async ({ size }) => 'x'.repeat(size)`);
    expect((await environment.call({ size: 6_291_000 })).outcome).toBe('succeeded');
    const { value } = await environment.call({ size: 6_291_556 });
    expect(value).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect((await environment.call({ size: 1 })).value).toBe('x');
  });
});

describe('Limits that kill', () => {
  test('a handler in a busy loop is ended by its timeout', async () => {
    const environment = all.handler(`async () => { console.log('busy'); for (;;); }`, { timeoutSeconds: 1 });
    const { outcome, value, logTail } = await environment.call();
    expect(outcome).toBe('timed-out');
    expect(value).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 1.00 seconds',
    });
    expect(logTail).toContain('\tINFO\tbusy\n');
    expect(logTail).toMatch(/request-1 Task timed out after 1\.00 seconds/);
    expect(environment.usable()).toBe(false);
  });

  test('what a handler started ends with it', async () => {
    const environment = all.handler(
      `async () => {
        const { spawn } = require('node:child_process');
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
        console.log('pid=' + child.pid);
        await new Promise(() => setInterval(() => {}, 1000));
      }`,
      { timeoutSeconds: 1 },
    );
    expect((await environment.call()).outcome).toBe('timed-out');
    const pid = Number(/pid=(\d+)/.exec(environment.lines.join('\n'))?.[1]);
    expect(pid).toBeGreaterThan(0);
    await eventually('the grandchild has ended', () => !isAlive(pid));
  });

  (process.platform === 'linux' ? test : test.skip)('memory above the limit', async () => {
    const environment = all.handler(
      `async () => {
        for (const all = []; ; await new Promise((done) => setTimeout(done, 10))) all.push(Buffer.alloc(16e6, 1));
      }`,
      { memoryMb: 128 },
    );
    const { outcome, value, logTail } = await environment.call();
    expect(outcome).toBe('out-of-memory');
    expect(value).toEqual({
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
    });
    expect(logTail).toMatch(/Max Memory Used: 128 MB.*Status: error\tError Type: Runtime\.OutOfMemory/);
  });
});

describe('A process that ends', () => {
  test.each([
    ['process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['process.exit()', 'Runtime exited without providing a reason'],
    ['process.kill(process.pid, "SIGKILL")', 'Runtime exited with error: signal: killed'],
    ['process.abort()', 'Runtime exited with error: signal: aborted'],
  ])('by %s is a failed invocation', async (statement, message) => {
    const environment = all.handler(
      `async () => { console.log('last words'); ${statement}; await new Promise((done) => setTimeout(done, 5000)); }`,
    );
    const { outcome, value, logTail } = await environment.call();
    expect(outcome).toBe('crashed');
    expect(value).toEqual({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: request-1 Error: ${message}` });
    expect(logTail).toContain('last words');
    expect(environment.usable()).toBe(false);
  });

  test('while nobody calls it makes the environment unusable', async () => {
    const environment = all.handler('async () => 1');
    await environment.call();
    process.kill(environment.pid() ?? 0, 'SIGKILL');
    await eventually('the environment knows', () => !environment.usable());
  });
});

describe('Initialization', () => {
  test('that fails is tried once more with the invocation', async () => {
    const environment = all.create({
      'handler.js': `
        const { existsSync, writeFileSync } = require('node:fs');
        const mark = process.env.TMPDIR + '/tried';
        if (!existsSync(mark)) { writeFileSync(mark, ''); throw new Error('not yet'); }
        exports.handler = async () => 'at last';`,
    });
    const { value, logTail } = await environment.call();
    expect(value).toBe('at last');
    expect(logTail).toContain('INIT_REPORT Init Duration');
  });

  test('that fails twice answers its error', async () => {
    const { value, outcome } = await all.create({ 'handler.js': `throw new Error('never');` }).call();
    expect(outcome).toBe('failed');
    expect(value).toMatchObject({ errorType: 'Error', errorMessage: 'never' });
  });

  test('that is cut short by the end of its environment is not tried again', async () => {
    const environment = all.create({
      'handler.mjs': `console.log('at=' + process.env.TMPDIR); await new Promise((done) => setTimeout(done, 60_000));
        export const handler = async () => 'too late';`,
    });
    const called = environment.call();
    const folder = await eventually('it loads', () => /at=(.+)/.exec(environment.lines.join('\n'))?.[1]);
    await environment.end();
    expect((await called).outcome).toBe('crashed');
    expect(isAlive(environment.pid() ?? 0)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  });

  test('beyond its ten seconds (here: less) is cut, and goes on in the time of the invocation', async () => {
    const environment = all.create(
      {
        'handler.mjs': `await new Promise((done) => setTimeout(done, 600)); export const handler = async () => 'slow start';`,
      },
      { initLimitMs: 300 },
    );
    expect((await environment.call()).value).toBe('slow start');
    expect(environment.lines.join('\n')).toMatch(/INIT_REPORT .*Status: timeout/);
  });
});

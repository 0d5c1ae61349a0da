// The process of one execution environment: loads the handler, then runs one invocation after the other. Plain JavaScript without
// dependencies, since any Node that a `Runtime` names must start it, and fast: it starts on every cold start.
//
// File descriptor 3 brings invocations, 4 takes everything back, log lines included: one pipe keeps what was printed before the
// answer before the answer, and its writes are synchronous, so that nothing is lost when the process ends in the next statement.
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { confine } from './bootstrap/confine.mjs';
import { contextOf } from './bootstrap/context.mjs';
import { patchConsole } from './bootstrap/console.mjs';
import { runtimeError, errorDocument } from './bootstrap/errors.mjs';
import { loadHandler } from './bootstrap/load-handler.mjs';

const FROM_LAMBDA = 3;
const TO_LAMBDA = 4;
// As Lambda's own runtime ends.
const EXIT_REJECTED = 128;
const EXIT_THROWN = 129;

/** The request id of the invocation in work. */
let current;

function tell(message) {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  let written = 0;
  while (written < line.length) {
    try {
      written += writeSync(TO_LAMBDA, line, written);
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(1); // the cloud is gone
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

const log = patchConsole(() => current, tell);

function fail(error, what, fatal) {
  log.error(what, error);
  const message = { type: 'failed', requestId: current, error: errorDocument(error), fatal };
  current = undefined;
  tell(message);
}

/** What nobody caught ends the environment, as on Lambda. */
function die(error, what, code) {
  if (current === undefined) log.error(what, error);
  else fail(error, what, true);
  process.exit(code);
}

process.on('uncaughtException', (error) => die(error, 'Uncaught Exception', EXIT_THROWN));
process.on('unhandledRejection', (reason) =>
  die(
    runtimeError('Runtime.UnhandledPromiseRejection', String(reason), { reason }),
    'Unhandled Promise Rejection',
    EXIT_REJECTED,
  ),
);

const invocations = new Socket({ fd: FROM_LAMBDA, readable: true, writable: false });
// The cloud has stopped, or was killed: nobody is left to answer to.
invocations.on('close', () => process.exit(0));
invocations.on('error', () => process.exit(0));

// With an invocation in work only the handler keeps the process alive: an empty event loop means that its promise can never settle.
process.on('beforeExit', () => {
  if (current === undefined) return;
  fail(
    runtimeError(
      'Runtime.NodeJsExit',
      'The handler returned a promise that can never settle: nothing is left that could settle it.',
    ),
    'Invoke Error',
    true,
  );
  process.exit(1);
});

let handler;
try {
  confine(process.env.LAMBDA_TASK_ROOT);
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
} catch (error) {
  log.error('Uncaught Exception', error);
  tell({ type: 'init-failed', error: errorDocument(error) });
  process.exit(1);
}

createInterface({ input: invocations }).on('line', (line) => {
  void run(JSON.parse(line));
});
tell({ type: 'ready' });

async function run(invocation) {
  const { requestId, event, traceHeader } = invocation;
  current = requestId;
  if (traceHeader === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceHeader;
  invocations.unref();
  try {
    const result = await handler(JSON.parse(event), contextOf(invocation));
    if (current !== requestId) return;
    const payload = asPayload(result);
    current = undefined;
    invocations.ref();
    tell({ type: 'done', requestId, payload });
  } catch (error) {
    if (current !== requestId) return;
    invocations.ref();
    fail(error, 'Invoke Error', false);
  }
}

function asPayload(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw runtimeError('Runtime.JSONStringifyError', 'Unable to stringify response body', { cause });
  }
}

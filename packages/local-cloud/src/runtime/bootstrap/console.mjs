import { format } from 'node:util';
import { errorDocument } from './errors.mjs';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Console output becomes log records as on Lambda: text with timestamp, request id and level, or JSON. What is written to stdout and
 * stderr directly passes as it is.
 */
export function patchConsole(currentRequestId, tell) {
  const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  // Levels are filtered in the JSON format only.
  const lowest = json ? Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'INFO')) : 0;

  const method = (level) => {
    if (LEVELS.indexOf(level) < lowest) return () => {};
    return (...values) => {
      const timestamp = new Date();
      const requestId = currentRequestId();
      const record = (json ? jsonRecord : textRecord)(timestamp.toISOString(), requestId, level, values);
      tell({ type: 'log', requestId, timestamp: timestamp.getTime(), record });
    };
  };

  Object.assign(console, {
    trace: method('TRACE'),
    debug: method('DEBUG'),
    info: method('INFO'),
    log: method('INFO'),
    warn: method('WARN'),
    error: method('ERROR'),
    fatal: method('FATAL'),
  });

  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      tell({ type: 'output', requestId: currentRequestId(), text });
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') process.nextTick(done);
      return true;
    };
  }

  return {
    error: json
      ? (_what, error) => console.error(error instanceof Error ? error : new Error(String(error)))
      : (what, error) => console.error(`${what} `, `\t${JSON.stringify(withOwnMembers(error))}`),
  };
}

function textRecord(timestamp, requestId, level, values) {
  return [timestamp, requestId, level, format(...values)].join('\t');
}

function jsonRecord(timestamp, requestId, level, values) {
  const record = { timestamp, level, requestId };
  if (values.length === 1) {
    try {
      return JSON.stringify({ ...record, message: values[0] }, (_key, value) =>
        value instanceof Error ? asMembers(value) : value,
      );
    } catch {
      return JSON.stringify({ ...record, message: format(values[0]) });
    }
  }
  const error = values.slice(1).find((value) => value instanceof Error);
  return JSON.stringify({ ...record, message: format(...values), ...(error && asMembers(error)) });
}

function asMembers(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
  };
}

function withOwnMembers(error) {
  const { errorType, errorMessage, trace } = errorDocument(error);
  return { errorType, errorMessage, ...(error instanceof Error && error), stack: trace };
}

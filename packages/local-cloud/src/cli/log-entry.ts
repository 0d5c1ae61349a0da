/** What a function logged, as far as a reader of the console wants it. */
export type LogEntry = {
  level: string;
  message: string;
  fields: Readonly<Record<string, unknown>>;
  /** Name and message of an error that was logged with the message. */
  error?: string;
};

const quiet = new Set(['TRACE', 'DEBUG']);

/**
 * Reads a line of a function's log; undefined for what is not for people: Lambda's own lines (START, REPORT), metrics, and what is below
 * INFO. JSON lines carry `level` and `message` (Lambda's and most loggers' names); anything else is a message as it stands.
 */
export function readLogLine(line: string): LogEntry | undefined {
  const text = line.trimEnd();
  if (text === '' || /^(INIT_START|START|END|REPORT|EXTENSION|XRAY|TELEMETRY)\b/.test(text)) return undefined;
  // How a process ended is told by the invocation's own line.
  if (/^RequestId: \S+ Error: Runtime exited\b/.test(text)) return undefined;
  const parsed = parseObject(text);
  if (parsed === undefined) return plainLine(text);
  const { type = '', level: given = 'INFO' } = parsed;
  if ('_aws' in parsed || (typeof type === 'string' && type.startsWith('platform.'))) return undefined;
  const level = typeof given === 'string' ? given.toUpperCase() : 'INFO';
  if (quiet.has(level)) return undefined;
  const { message } = parsed;
  const logged = { ...object(message), ...parsed };
  const error = errorOf(logged);
  return {
    level,
    message: typeof message === 'string' ? message : (error ?? JSON.stringify(message ?? parsed)),
    fields: logged,
    ...(error !== undefined && typeof message === 'string' && { error }),
  };
}

/** The name and message of an error, under the names that Lambda and loggers give them. */
function errorOf({ error, errorType, errorMessage }: Record<string, unknown>): string | undefined {
  if (typeof errorMessage === 'string')
    return `${typeof errorType === 'string' ? errorType : 'Error'}: ${errorMessage}`;
  const { name, message } = object(error);
  return typeof message === 'string' ? `${typeof name === 'string' ? name : 'Error'}: ${message}` : undefined;
}

/** Lambda's text format: `<time>\t<request id>\t<level>\t<message>`. */
function plainLine(text: string): LogEntry | undefined {
  const [, , level, ...message] = text.split('\t');
  if (level !== undefined && /^(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)$/.test(level)) {
    return quiet.has(level) ? undefined : { level, message: message.join('\t'), fields: {} };
  }
  return { level: 'INFO', message: text, fields: {} };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

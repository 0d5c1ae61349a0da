/** What a function logged, as far as a reader of the console wants it. */
export type LogEntry = { level: string; message: string; fields: Readonly<Record<string, unknown>> };

const quiet = new Set(['TRACE', 'DEBUG']);

/**
 * Reads a line of a function's log; undefined for what is not for people: Lambda's own lines (START, REPORT), metrics, and what is below
 * INFO. JSON lines carry `level` and `message` (Lambda's and most loggers' names); anything else is a message as it stands.
 */
export function readLogLine(line: string): LogEntry | undefined {
  const text = line.trimEnd();
  if (text === '' || /^(INIT_START|START|END|REPORT|EXTENSION|XRAY|TELEMETRY)\b/.test(text)) return undefined;
  const parsed = parseObject(text);
  if (parsed === undefined) return plainLine(text);
  if ('_aws' in parsed || /^platform\./.test(String(parsed['type'] ?? ''))) return undefined;
  const level = String(parsed['level'] ?? 'INFO').toUpperCase();
  if (quiet.has(level)) return undefined;
  const { message } = parsed;
  return {
    level,
    message: typeof message === 'string' ? message : JSON.stringify(message ?? parsed),
    fields: { ...nestedError(message), ...parsed },
  };
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

/** An object that was logged in place of a text carries the fields itself. */
function nestedError(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
}

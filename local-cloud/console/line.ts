import type { CloudEvent } from '../events.ts';
import { readLogLine } from './log-entry.ts';
import { bytes, duration, printable, shortName } from './printable.ts';

/** One line for a reader: what kind of thing, where it happened, and what. */
export type Line = { tone: 'quiet' | 'plain' | 'good' | 'warning' | 'bad'; where: string; what: string };

export type LineOptions = {
  /** The fields of a function's log line that are shown, in this order. */
  show: readonly string[];
  /** Is this a bucket whose objects somebody is told of? Others are filled by functions, whose own lines say so. */
  isWatched: (bucket: string) => boolean;
  /** The name that the template has for a function; its physical name is long. */
  functionLabel: (functionName: string) => string;
};

/** The line that tells an event; undefined for what needs no telling. */
export function lineOf(event: CloudEvent, options: LineOptions): Line | undefined {
  switch (event.type) {
    case 'object-created':
      if (!options.isWatched(event.bucket)) return undefined;
      return { tone: 'plain', where: 's3', what: `uploaded ${printable(event.key)}  ${bytes(event.size)}` };
    case 'object-removed':
      if (!options.isWatched(event.bucket)) return undefined;
      return { tone: 'plain', where: 's3', what: `removed ${printable(event.key)}` };
    case 'function-log': {
      const entry = readLogLine(event.line);
      if (entry === undefined) return undefined;
      // What escaped the handler is told by the invocation's own line.
      if (entry.fields['errorType'] !== undefined && entry.fields['stackTrace'] !== undefined) return undefined;
      const fields = options.show.filter((name) => entry.fields[name] !== undefined);
      const shown = fields.map((name) => shownField(name, entry.fields[name]));
      const error = entry.level === 'ERROR' || entry.level === 'FATAL' ? errorOf(entry.fields) : [];
      return {
        tone:
          entry.level === 'WARN'
            ? 'warning'
            : error.length > 0 || entry.level === 'ERROR' || entry.level === 'FATAL'
              ? 'bad'
              : 'good',
        where: options.functionLabel(event.functionName),
        what: [printable(entry.message), ...shown, ...error].join('  '),
      };
    }
    case 'invocation-ended': {
      const { outcome, durationMs, error } = event;
      if (outcome === 'succeeded') return undefined;
      const how = {
        failed: 'failed',
        'timed-out': 'timed out',
        'out-of-memory': 'ran out of memory',
        crashed: 'crashed',
      }[outcome];
      return {
        tone: 'bad',
        where: options.functionLabel(event.functionName),
        what: `${how} after ${duration(durationMs)}${error === undefined ? '' : `: ${printable(error)}`}`,
      };
    }
    case 'invocation-throttled':
      return { tone: 'warning', where: options.functionLabel(event.functionName), what: `throttled (${event.kind})` };
    case 'retry-scheduled':
      return {
        tone: 'warning',
        where: options.functionLabel(event.functionName),
        what: `retry ${String(event.retry)} of ${String(event.of)} in ${duration(event.inMs)}: ${printable(event.error)}`,
      };
    case 'dead-lettered':
      return {
        tone: 'bad',
        where: shortName(event.to),
        what: `dead-lettered from ${shortName(event.from)}: ${printable(event.reason)}`,
      };
    case 'event-dropped':
      return {
        tone: 'bad',
        where: shortName(event.from),
        what: `an event for ${shortName(event.to)} was dropped: ${printable(event.reason)}`,
      };
    case 'schedule-fired':
      return { tone: 'quiet', where: shortName(event.schedule), what: `fired for ${shortName(event.target)}` };
    case 'stack-changed':
      return { tone: 'quiet', where: event.logicalId, what: `${event.change} (${event.resourceType})` };
    case 'note':
      return { tone: 'warning', where: 'note', what: printable(event.text) };
  }
}

function shownField(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('Ms')) return `${name.slice(0, -2)} ${duration(value)}`;
  if (typeof value === 'number' && name.toLowerCase().endsWith('bytes')) return bytes(value);
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

/** The name and message of a logged error, under the names that loggers use. */
function errorOf(fields: Readonly<Record<string, unknown>>): string[] {
  const { error, errorType, errorMessage } = fields;
  if (typeof errorMessage === 'string') return [printable(`${String(errorType ?? 'Error')}: ${errorMessage}`)];
  if (typeof error !== 'object' || error === null) return [];
  const { name, message } = error as { name?: unknown; message?: unknown };
  return typeof message === 'string' ? [printable(`${typeof name === 'string' ? name : 'Error'}: ${message}`)] : [];
}

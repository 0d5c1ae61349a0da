import type { CloudEvent, Harm } from '../core/cloud-event.ts';
import { readLogLine } from './log-entry.ts';
import { bytes, duration, printable } from './printable.ts';

/** One line for a reader: what kind of thing, where it happened, and what. */
export type Line = {
  tone: 'quiet' | 'plain' | 'good' | 'warning' | 'bad';
  where: string;
  what: string;
  /** What lines of this kind say in common, where many of them need not be read one by one. */
  groupKey?: string;
};

export type LineOptions = {
  /** The fields of a function's log line that are shown, in this order. */
  show: readonly string[];
  /** Is this a bucket whose objects somebody is told of? Others are filled by functions, whose own lines say so. */
  isWatched: (bucket: string) => boolean;
  /** The name that the template has for a function, queue or topic; physical names and ARNs are long. */
  label: (name: string) => string;
};

/** The line that tells an event; undefined for what needs no telling. */
export function lineOf(event: CloudEvent, options: LineOptions): Line | undefined {
  switch (event.type) {
    case 'object-created':
      if (!options.isWatched(event.bucket)) return undefined;
      return {
        tone: 'plain',
        where: 's3',
        what: `uploaded ${printable(event.key)}  ${bytes(event.size)}`,
        groupKey: 'uploaded',
      };
    case 'object-removed':
      if (!options.isWatched(event.bucket)) return undefined;
      return { tone: 'plain', where: 's3', what: `removed ${printable(event.key)}`, groupKey: 'removed' };
    case 'function-log': {
      const entry = readLogLine(event.line);
      if (entry === undefined) return undefined;
      // What escaped the handler is told by the invocation's own line.
      if (entry.fields['errorType'] !== undefined && entry.fields['stackTrace'] !== undefined) return undefined;
      const shown = options.show
        .filter((name) => entry.fields[name] !== undefined)
        .map((name) => shownField(name, entry.fields[name]));
      const bad = entry.level === 'ERROR' || entry.level === 'FATAL';
      const warns = entry.level === 'WARN';
      return {
        tone: bad ? 'bad' : warns ? 'warning' : 'good',
        where: options.label(event.functionName),
        ...(!bad && !warns && { groupKey: firstLine(entry.message) }),
        what: [firstLine(entry.message), ...shown, ...(entry.error === undefined ? [] : [firstLine(entry.error)])].join(
          '  ',
        ),
      };
    }
    case 'invocation-ended': {
      const { outcome, durationMs, error } = event;
      // What becomes of an asynchronous event that failed is told in a line of its own, with the error.
      if (outcome === 'succeeded' || (outcome === 'failed' && event.kind === 'asynchronous')) return undefined;
      const how = {
        failed: 'failed',
        'timed-out': 'timed out',
        'out-of-memory': 'ran out of memory',
        crashed: 'crashed',
      }[outcome];
      return {
        tone: 'bad',
        where: options.label(event.functionName),
        what: `${how} after ${duration(durationMs)}${error === undefined ? '' : `: ${firstLine(error)}`}`,
      };
    }
    case 'invocation-throttled':
      return {
        tone: 'warning',
        where: options.label(event.functionName),
        what: `throttled (${event.kind})`,
        groupKey: `throttled (${event.kind})`,
      };
    case 'asynchronous-event-ended': // what went wrong is told by lines of its own
      return undefined;
    case 'retry-scheduled':
      return {
        tone: 'warning',
        where: options.label(event.functionName),
        what: `retry ${String(event.retry)} of ${String(event.of)} in ${duration(event.inMs)}: ${firstLine(event.error)}`,
      };
    case 'dead-lettered':
      return {
        tone: 'bad',
        where: options.label(event.to),
        what: `dead-lettered from ${options.label(event.from)}: ${firstLine(event.reason)}`,
      };
    case 'event-dropped':
      return {
        tone: 'bad',
        where: options.label(event.from),
        what: `an event ${event.to === 'nowhere' ? 'that nothing is configured to keep' : `for ${options.label(event.to)}`} was dropped: ${firstLine(event.reason)}`,
      };
    case 'schedule-fired':
      return { tone: 'quiet', where: options.label(event.schedule), what: `fired for ${options.label(event.target)}` };
    case 'stack-changed':
      return { tone: 'quiet', where: event.logicalId, what: `${event.change} (${event.resourceType})` };
    case 'chaos':
      return {
        tone: 'quiet',
        where: 'chaos',
        what: tellHarm(event, options.label(event.where)),
        groupKey: harms[event.act],
      };
    case 'deployment-changed': {
      const { status, fromVersion, toVersion, reason } = event;
      const how = {
        started: `release of version ${toVersion} begins as ${event.deploymentId} (version ${fromVersion} serves)`,
        succeeded: `version ${toVersion} is released`,
        failed: `release of version ${toVersion} failed; version ${fromVersion} serves`,
        stopped: `release of version ${toVersion} was stopped; version ${fromVersion} serves`,
      }[status];
      return {
        tone: status === 'failed' ? 'bad' : status === 'stopped' ? 'warning' : 'good',
        where: options.label(event.functionName),
        what: reason === undefined ? how : `${how}: ${firstLine(reason)}`,
      };
    }
    case 'deployment-stage':
      return {
        tone: event.status === 'Failed' ? 'bad' : 'quiet',
        where: options.label(event.functionName),
        what: [event.stage, event.status, ...(event.hook === undefined ? [] : [options.label(event.hook)])].join('  '),
      };
    case 'traffic-shifted':
      return {
        tone: 'plain',
        where: options.label(event.functionName),
        what: `${event.alias} -> ${Object.entries(event.weights)
          .map(([version, weight]) => `version ${version} ${String(Math.round(weight * 1000) / 10)} %`)
          .join(', ')}`,
      };
    case 'alarm-changed':
      // That there is nothing wrong from the beginning is no news.
      if (event.from === 'INSUFFICIENT_DATA' && event.to === 'OK') return undefined;
      return {
        tone: event.to === 'ALARM' ? 'bad' : event.to === 'OK' ? 'good' : 'quiet',
        where: options.label(event.alarm),
        what: `alarm ${event.from} -> ${event.to}: ${firstLine(event.reason)}`,
      };
    case 'accepted-without-effect':
      return { tone: 'warning', where: 'note', what: `Accepted without effect: ${printable(event.text)}` };
    case 'note':
      return { tone: 'warning', where: 'note', what: printable(event.text) };
  }
}

function shownField(name: string, value: unknown): string {
  if (typeof value === 'number' && name.endsWith('Ms')) return `${name.slice(0, -2)} ${duration(value)}`;
  if (typeof value === 'number' && name.toLowerCase().endsWith('bytes')) return bytes(value);
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

const harms: Readonly<Record<Harm['act'], string>> = {
  'delivery-delayed': 'late deliveries',
  'delivery-repeated': 'double deliveries',
  'message-repeated': 'messages received again',
  'call-refused': 'calls answered with an error',
  'answer-lost': 'calls answered with an error after they had succeeded',
  'environment-killed': 'functions killed',
};

function tellHarm(event: Harm, where: string): string {
  switch (event.act) {
    case 'delivery-delayed':
      return `a delivery to ${where} comes ${duration(event.ms)} late`;
    case 'delivery-repeated':
      return `a delivery to ${where} comes again after ${duration(event.ms)}`;
    case 'message-repeated':
      return `a message of ${where} can be received again after ${duration(event.ms)}`;
    case 'call-refused':
      return `${where} answered ${event.code}`;
    case 'answer-lost':
      return `${where} did as it was asked, and answered ${event.code}`;
    case 'environment-killed':
      return `${where} was killed after ${duration(event.ms)}`;
  }
}

/** A stack trace has its place in the log file. */
function firstLine(text: string): string {
  return printable(text.split('\n')[0] ?? '');
}

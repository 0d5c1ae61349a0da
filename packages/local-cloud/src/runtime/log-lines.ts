import type { Logging, RuntimeConfiguration } from './configuration.ts';
import { nodeMajor } from './node-binary.ts';

type About = Pick<RuntimeConfiguration, 'functionName' | 'version' | 'runtime' | 'memoryMb' | 'logging'>;

/** What Lambda itself writes into a function's log: text, or JSON records named `platform.…`. */
export type SystemEvent =
  | { type: 'initStart' }
  | { type: 'initReport'; durationMs: number; status: Status; errorType: string }
  | { type: 'start'; requestId: string }
  | { type: 'runtimeDone'; requestId: string; durationMs: number; status: Status; errorType?: string }
  | {
      type: 'report';
      requestId: string;
      durationMs: number;
      billedMs: number;
      maxMemoryMb: number;
      initMs?: number;
      status: Status;
      errorType?: string;
      traceHeader?: string;
    };

export type Status = 'success' | 'error' | 'timeout';

const SYSTEM_LEVELS = ['DEBUG', 'INFO', 'WARN'] as const;
const APPLICATION_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** The log record for an event, or undefined where the function's logging configuration leaves it out. */
export function systemLine(event: SystemEvent, about: About, at: Date): string | undefined {
  const { logging } = about;
  if (logging.format === 'Text') return textLine(event, about);
  if (SYSTEM_LEVELS.indexOf(levelOf(event)) < SYSTEM_LEVELS.indexOf(logging.systemLevel)) return undefined;
  return JSON.stringify({ time: at.toISOString(), type: `platform.${event.type}`, record: record(event, about) });
}

/** Start and report are INFO; what tells more than they do is DEBUG, or WARN where it went wrong. */
function levelOf(event: SystemEvent): (typeof SYSTEM_LEVELS)[number] {
  switch (event.type) {
    case 'initStart':
    case 'start':
    case 'report':
      return 'INFO';
    case 'initReport':
      return 'WARN';
    case 'runtimeDone':
      return event.status === 'success' ? 'DEBUG' : 'WARN';
  }
}

function textLine(event: SystemEvent, { version, runtime, memoryMb }: About): string {
  switch (event.type) {
    case 'initStart':
      return `INIT_START Runtime Version: nodejs:${String(nodeMajor(runtime))}.local-cloud`;
    case 'initReport':
      return tabbed(
        `INIT_REPORT Init Duration: ${ms(event.durationMs)}`,
        'Phase: init',
        `Status: ${event.status}`,
        event.status === 'error' && `Error Type: ${event.errorType}`,
      );
    case 'start':
      return `START RequestId: ${event.requestId} Version: ${version}`;
    case 'runtimeDone':
      return `END RequestId: ${event.requestId}`;
    case 'report': {
      const trace = traceOf(event.traceHeader);
      return tabbed(
        `REPORT RequestId: ${event.requestId}`,
        `Duration: ${ms(event.durationMs)}`,
        `Billed Duration: ${String(event.billedMs)} ms`,
        `Memory Size: ${String(memoryMb)} MB`,
        `Max Memory Used: ${String(event.maxMemoryMb)} MB`,
        event.initMs !== undefined && `Init Duration: ${ms(event.initMs)}`,
        event.status !== 'success' && `Status: ${event.status}`,
        event.status === 'error' && event.errorType !== undefined && `Error Type: ${event.errorType}`,
        trace && `XRAY TraceId: ${trace.Root ?? ''}\tSegmentId: ${trace.Parent ?? ''}\tSampled: true`,
      );
    }
  }
}

function record(event: SystemEvent, about: About): object {
  switch (event.type) {
    case 'initStart':
      return {
        initializationType: 'on-demand',
        phase: 'init',
        runtimeVersion: `nodejs:${String(nodeMajor(about.runtime))}.local-cloud`,
        functionName: about.functionName,
        functionVersion: about.version,
      };
    case 'initReport':
      return {
        initializationType: 'on-demand',
        phase: 'init',
        status: event.status,
        ...errorOf(event),
        metrics: { durationMs: rounded(event.durationMs) },
      };
    case 'start':
      return { requestId: event.requestId, version: about.version };
    case 'runtimeDone':
      return {
        requestId: event.requestId,
        status: event.status,
        ...errorOf(event),
        metrics: { durationMs: rounded(event.durationMs) },
      };
    case 'report': {
      const trace = traceOf(event.traceHeader);
      return {
        requestId: event.requestId,
        metrics: {
          durationMs: rounded(event.durationMs),
          billedDurationMs: event.billedMs,
          memorySizeMB: about.memoryMb,
          maxMemoryUsedMB: event.maxMemoryMb,
          ...(event.initMs !== undefined && { initDurationMs: rounded(event.initMs) }),
        },
        status: event.status,
        ...errorOf(event),
        ...(trace && { tracing: { spanId: trace.Parent, type: 'X-Amzn-Trace-Id', value: event.traceHeader } }),
      };
    }
  }
}

/** Does a line that the handler wrote past the console pass the filter? Only JSON objects with a level can be told apart. */
export function passesFilter(line: string, { format, applicationLevel }: Logging): boolean {
  if (format === 'Text' || !line.startsWith('{')) return true;
  try {
    const { level } = JSON.parse(line) as { level?: unknown };
    const index = APPLICATION_LEVELS.findIndex((name) => name === String(level).toUpperCase());
    return index === -1 || index >= APPLICATION_LEVELS.indexOf(applicationLevel);
  } catch {
    return true;
  }
}

/** The parts of a sampled trace header. */
function traceOf(header: string | undefined): Partial<Record<string, string>> | undefined {
  if (header?.includes('Sampled=1') !== true) return undefined;
  return Object.fromEntries(header.split(';').map((part) => part.split('=', 2) as [string, string]));
}

/** A timeout has no error type of its own. */
function errorOf({ status, errorType }: { status: Status; errorType?: string }): { errorType?: string } {
  return status === 'error' && errorType !== undefined ? { errorType } : {};
}

function tabbed(...parts: (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\t');
}

function ms(duration: number): string {
  return `${duration.toFixed(2)} ms`;
}

function rounded(duration: number): number {
  return Math.round(duration * 1000) / 1000;
}

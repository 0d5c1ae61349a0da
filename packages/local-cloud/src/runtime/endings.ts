import { constants } from 'node:os';
import type { Ending } from './process.ts';

/** How Lambda puts it that a runtime ended by itself. */
export function describeEnding({ code, signal, error }: Ending): string {
  if (error !== undefined) return `Runtime could not be started: ${error.message}`;
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal.toLowerCase()}`;
  if (code === 0 || code === null) return 'Runtime exited without providing a reason';
  // A shell's way of passing on a signal.
  const passedOn = Object.entries(constants.signals).find(([, number]) => number + 128 === code && number === 9);
  return `Runtime exited with error: ${passedOn === undefined ? `exit status ${String(code)}` : 'signal: killed'}`;
}

/** In the words of Go, in which Lambda's supervisor is written. */
const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

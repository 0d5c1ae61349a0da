import type { EventEmitter } from 'node:events';

/** What of `process` an end is heard by. */
export type ProcessEvents = Pick<EventEmitter, 'on'> & {
  stdout: Pick<EventEmitter, 'on'>;
  exit: (code: number) => void;
};

/**
 * One Ctrl-C, or one window that is closed, may be heard twice: of the terminal, which tells its whole group, and of whoever started this
 * process and passes it on. What comes within so many ms is the same one.
 */
const ECHO_MS = 1_000;

/**
 * Aborts at Ctrl-C or another signal that ends, and when nobody reads any more what is printed (`| head`, a closed window): what was begun
 * is then put back. Whoever asks again does not want to wait.
 */
export function listenForShutdown(events: ProcessEvents, now: () => number = () => performance.now()): AbortSignal {
  const shutdown = new AbortController();
  let since = Infinity;
  const end = (): void => {
    since = Math.min(since, now());
    shutdown.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    events.on(signal, () => {
      if (now() - since > ECHO_MS) events.exit(130);
      else end();
    });
  }
  // Without a listener the first line that nobody reads would end the process in the middle of everything.
  events.stdout.on('error', end);
  return shutdown.signal;
}

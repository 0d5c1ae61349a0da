import type { EventEmitter } from 'node:events';

/** The events of `process` that request a shutdown. */
export type ProcessEvents = Pick<EventEmitter, 'on'> & {
  stdout: Pick<EventEmitter, 'on'>;
  exit: (code: number) => void;
};

/**
 * One Ctrl-C, or one closed window, can arrive twice: from the terminal, which signals its process group, and from the parent process,
 * which forwards it. Signals within this time are the same request.
 */
const ECHO_MS = 1_000;

/**
 * Returns a signal that aborts on Ctrl-C or another terminating signal, and when stdout is closed (`| head`, a closed window). All changes
 * are then reverted. A second request exits immediately, with code 130.
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
  // Without a listener, the first write to a closed stdout would end the process before changes are reverted.
  events.stdout.on('error', end);
  return shutdown.signal;
}

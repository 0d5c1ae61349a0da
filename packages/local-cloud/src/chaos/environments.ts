import { realTime } from '../core/clock.ts';
import type { Environment } from '../runtime/environment.ts';
import type { Acting } from './act.ts';

/** Milliseconds of real time, since an invocation is work; the short ones are hit as well as the long. One that ends sooner gets off. */
const LATEST_KILL_MS = 2000;

/** Execution environments are killed in the middle of an invocation, as when their host dies. */
export function chaoticEnvironments(acting: Acting): (environment: Environment) => Environment {
  const random = acting.random.branch('environments');
  return (environment) => ({
    ...environment,
    invoke: async (invocation) => {
      if (!acting.strikes(random)) return environment.invoke(invocation);
      const ms = Math.ceil(LATEST_KILL_MS ** random.next());
      const over = new AbortController();
      void realTime.work(ms, over.signal).then(() => {
        const pid = environment.pid();
        if (over.signal.aborted || pid === undefined) return;
        acting.tell({ act: 'environment-killed', where: environment.configuration.functionName, ms });
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has just ended by itself.
        }
      });
      try {
        return await environment.invoke(invocation);
      } finally {
        over.abort();
      }
    },
  });
}

import type { Clock } from './clock.ts';
import type { Deliver } from './delivery.ts';
import type { Observe } from './cloud-event.ts';
import type { Random } from './random.ts';

/** What every service is given. */
export type ServiceContext = {
  region: string;
  accountId: string;
  clock: Clock;
  random: Random;
  observe: Observe;
  deliver: Deliver;
  /** Where state is kept, e.g. `.local/s3`; absent: in memory only. A service makes its own folder below. */
  stateFolder?: string;
  /** Aborts when the cloud stops: loops end, timers are cleared, processes go. */
  stopping: AbortSignal;
  /** The endpoint as clients see it, e.g. `http://127.0.0.1:4566`; known once the gateway listens. */
  endpoint: () => string;
};

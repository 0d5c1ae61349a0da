import type { Deliver } from '../core/delivery.ts';
import type { QueueReader } from '../delivery/queue-reader.ts';
import type { Environment } from '../runtime/environment.ts';
import type { Api } from '../wire/messages.ts';
import type { Acting, ChaosOptions } from './act.ts';
import { chaoticApi } from './apis.ts';
import { chaoticDeliveries } from './deliveries.ts';
import { chaoticEnvironments } from './environments.ts';
import { chaoticQueues } from './queue-readers.ts';

/** What AWS may do on a bad day, at will: wrappers around the seams between services, which know nothing of it. */
export type Chaos = {
  deliveries: (deliver: Deliver) => Deliver;
  api: (api: Api) => Api;
  queues: (queues: QueueReader) => QueueReader;
  environments: (environment: Environment) => Environment;
  /** Does some work in peace; before the first such work has ended nothing happens at all. */
  peace: <T>(work: () => Promise<T>) => Promise<T>;
};

export const MOST_PERCENT = 50;

/** Every act is drawn from `random`, each kind from a branch of its own, and told. Throws RangeError for a percentage beyond 0 to 50. */
export function createChaos({ percent, observe, random, ...options }: ChaosOptions): Chaos {
  if (!(percent >= 0 && percent <= MOST_PERCENT)) {
    throw new RangeError(`Chaos can be 0 to ${String(MOST_PERCENT)} percent, not ${String(percent)}.`);
  }
  let atPeace = 1;
  let hasBegun = false;
  const acting: Acting = {
    ...options,
    random,
    // Drawn even in peace, so that how long a deployment takes does not decide what comes after it.
    strikes: ({ next }) => percent > 0 && next() * 100 < percent && atPeace === 0 && !options.stopping.aborted,
    tell: (harm) => observe({ type: 'chaos', ...harm }),
  };
  return {
    deliveries: (deliver) => chaoticDeliveries(acting, deliver),
    api: (api) => chaoticApi(acting, api),
    queues: (queues) => chaoticQueues(acting, queues),
    environments: chaoticEnvironments(acting),
    peace: async (work) => {
      atPeace += 1;
      try {
        return await work();
      } finally {
        atPeace -= hasBegun ? 1 : 2;
        hasBegun = true;
      }
    },
  };
}

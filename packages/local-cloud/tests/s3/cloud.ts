import { S3Client } from '@aws-sdk/client-s3';
import { createClock, type Clock } from '../../src/core/clock.ts';
import type { Deliver, Delivery } from '../../src/core/delivery.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import { createIam } from '../../src/services/iam/iam.ts';
import { createS3 } from '../../src/services/s3/s3.ts';
import type { S3 } from '../../src/services/s3/api/types.ts';
import type { CheckFunction } from '../../src/services/s3/notifications.ts';
import type { ServiceContext } from '../../src/core/service-context.ts';
import { createGateway, type Gateway } from '../../src/wire/gateway.ts';

/** S3 alone behind a gateway on a free port, and a client with default settings. */
export type TestCloud = {
  s3: S3;
  client: S3Client;
  clientOf: (accessKeyId: string) => S3Client;
  gateway: Gateway;
  iam: ReturnType<typeof createIam>;
  /** What S3 has delivered, in order. */
  delivered: Delivery[];
  observed: CloudEvent[];
  stop: () => Promise<void>;
};

export type TestCloudOptions = {
  /** By default us-east-1. */
  region?: string;
  stateFolder?: string;
  clock?: Clock;
  /** Called before a delivery counts; throws to refuse it. */
  deliver?: Deliver;
  checkFunction?: CheckFunction;
};

export async function startS3({
  stateFolder,
  clock,
  deliver,
  checkFunction,
  region = 'us-east-1',
}: TestCloudOptions = {}): Promise<TestCloud> {
  const stopping = new AbortController();
  const delivered: Delivery[] = [];
  const observed: CloudEvent[] = [];
  let endpoint = '';
  const context: ServiceContext = {
    region,
    accountId: '000000000000',
    clock: clock ?? createClock(),
    random: createRandom(1),
    observe: (event) => observed.push(event),
    deliver: async (delivery) => {
      await deliver?.(delivery);
      delivered.push(delivery);
    },
    ...(stateFolder !== undefined && { stateFolder }),
    stopping: stopping.signal,
    endpoint: () => endpoint,
  };
  const iam = createIam(context);
  const s3 = createS3(context, { callerOf: iam.callerOf, ...(checkFunction && { checkFunction }) });
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [s3.api],
    resolveCaller: iam.callerOf,
    observe: context.observe,
    random: context.random,
  });
  endpoint = gateway.endpoint;
  const clients: S3Client[] = [];
  const clientOf = (accessKeyId: string): S3Client => {
    const made = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey: accessKeyId },
    });
    clients.push(made);
    return made;
  };
  return {
    s3,
    client: clientOf('test'),
    clientOf,
    gateway,
    iam,
    delivered,
    observed,
    stop: async () => {
      for (const one of clients) one.destroy();
      stopping.abort();
      await gateway.close();
    },
  };
}

import { IAMClient } from '@aws-sdk/client-iam';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { createClock, type Clock } from '../../src/core/clock.ts';
import type { Deliver } from '../../src/core/delivery.ts';
import type { CloudEvent } from '../../src/core/cloud-event.ts';
import { createRandom } from '../../src/core/random.ts';
import { createIam, type Iam } from '../../src/services/iam/iam.ts';
import type { ServiceContext } from '../../src/core/service-context.ts';
import { createSns, type Sns } from '../../src/services/sns/sns.ts';
import { createSqs, type Sqs } from '../../src/services/sqs/sqs.ts';
import { createGateway } from '../../src/wire/gateway.ts';

export const region = 'us-east-1';
export const accountId = '000000000000';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** SNS, SQS, IAM and STS on one endpoint, wired as the cloud wires them. */
export type Messaging = {
  endpoint: string;
  context: ServiceContext;
  iam: Iam;
  sqs: Sqs;
  sns: Sns;
  observed: CloudEvent[];
  /** Clients with default settings, the account's root unless other credentials are given. */
  sqsClient: (credentials?: Credentials) => SQSClient;
  snsClient: (credentials?: Credentials) => SNSClient;
  iamClient: (credentials?: Credentials) => IAMClient;
  stsClient: (credentials?: Credentials) => STSClient;
  stop: () => Promise<void>;
};

export async function startMessaging({
  stateFolder,
  clock = createClock(),
  lambda = async () => undefined,
}: { stateFolder?: string; clock?: Clock; lambda?: Deliver } = {}): Promise<Messaging> {
  const stopping = new AbortController();
  const observed: CloudEvent[] = [];
  const random = createRandom(1);
  let endpoint = '';
  const context: ServiceContext = {
    region,
    accountId,
    clock,
    random,
    observe: (event) => observed.push(event),
    deliver: async (delivery) => {
      const service = delivery.to.split(':')[2];
      if (service === 'sqs') await sqs.acceptDelivery(delivery);
      else if (service === 'sns') await sns.acceptDelivery(delivery);
      else await lambda(delivery);
    },
    ...(stateFolder !== undefined && { stateFolder }),
    stopping: stopping.signal,
    endpoint: () => endpoint,
  };
  const iam = createIam(context);
  const sqs = createSqs(context, iam);
  const sns = createSns(context, iam);
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [sqs.api, sns.api, iam.api, iam.sts],
    resolveCaller: iam.callerOf,
    observe: context.observe,
    random,
  });
  ({ endpoint } = gateway);
  const clients: { destroy: () => void }[] = [];
  const options = (credentials: Credentials = { accessKeyId: 'any', secretAccessKey: 'any' }) => ({
    endpoint,
    region,
    credentials,
    maxAttempts: 1,
  });
  return {
    endpoint,
    context,
    iam,
    sqs,
    sns,
    observed,
    sqsClient: (credentials) => remembered(clients, new SQSClient(options(credentials))),
    snsClient: (credentials) => remembered(clients, new SNSClient(options(credentials))),
    iamClient: (credentials) => remembered(clients, new IAMClient(options(credentials))),
    stsClient: (credentials) => remembered(clients, new STSClient(options(credentials))),
    stop: async () => {
      stopping.abort();
      for (const client of clients) client.destroy();
      await gateway.close();
    },
  };
}

function remembered<T extends { destroy: () => void }>(clients: { destroy: () => void }[], client: T): T {
  clients.push(client);
  return client;
}

/** Polls until `read` gives something; fails after `ms`. */
export async function eventually<T>(read: () => T | undefined | Promise<T | undefined>, ms = 60_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Nothing came within ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

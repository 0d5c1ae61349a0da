import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClock } from '../../src/core/clock.ts';
import { createRandom } from '../../src/core/random.ts';
import { createDynamodb } from '../../src/services/dynamodb/dynamodb.ts';
import type { Dynamodb } from '../../src/services/dynamodb/api/types.ts';
import { createGateway } from '../../src/wire/gateway.ts';

export type Running = {
  client: DynamoDBClient;
  dynamodb: Dynamodb;
  /** `action resource` of every permission that was asked for. */
  asked: string[];
  stop: () => Promise<void>;
};

/** DynamoDB alone, behind the gateway, with a client as applications have it. */
export async function startDynamodb(stateFolder?: string): Promise<Running> {
  const stopping = new AbortController();
  const random = createRandom(1);
  const asked: string[] = [];
  const dynamodb = createDynamodb({
    region: 'us-east-1',
    accountId: '000000000000',
    clock: createClock(),
    random,
    observe: () => undefined,
    deliver: () => Promise.reject(new Error('DynamoDB delivers nothing.')),
    stopping: stopping.signal,
    endpoint: () => '',
    ...(stateFolder !== undefined && { stateFolder }),
  });
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [dynamodb.api],
    resolveCaller: () => ({
      arn: 'arn:aws:iam::000000000000:root',
      authorize: (action, resource) => void asked.push(`${action} ${resource}`),
    }),
    observe: () => undefined,
    random,
  });
  const client = new DynamoDBClient({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    dynamodb,
    asked,
    stop: async () => {
      client.destroy();
      stopping.abort();
      await gateway.close();
      await dynamodb.close();
    },
  };
}

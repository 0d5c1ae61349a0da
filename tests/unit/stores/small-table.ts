import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';

import { clientDefaults } from '../../../functions/shared/stores/client-defaults.ts';

// It evaluates conditions and expressions as DynamoDB does.
const dynalite = createRequire(import.meta.filename)('dynalite') as (options: object) => Server;

/** ImagesTable, as template.yaml makes it, in a DynamoDB of its own; it is called `images`. */
export async function smallTable() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamo = new DynamoDBClient({ ...clientDefaults, region: 'us-east-1', credentials, endpoint });
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'images',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['imageId', 'recipe', 'listing', 'listedAt'].map(string),
      KeySchema: schema('imageId', 'recipe'),
      GlobalSecondaryIndexes: [
        { IndexName: 'byUploadTime', KeySchema: schema('listing', 'listedAt'), Projection: { ProjectionType: 'ALL' } },
      ],
    }),
  );
  return {
    endpoint,
    dynamo,
    end: async () => {
      dynamo.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });

function schema(hash: string, range: string) {
  return [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
}

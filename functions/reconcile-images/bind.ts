import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';

import type { Image } from '../shared/images/image.ts';
import { recipes, type RecipeName } from '../shared/images/recipe.ts';
import { ALIAS, aliases } from '../shared/stores/aliases.ts';
import { announcements } from '../shared/stores/announcements.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { cursors } from '../shared/stores/cursors.ts';
import { listings } from '../shared/stores/listings.ts';
import { originals } from '../shared/stores/originals.ts';
import { outputs } from '../shared/stores/outputs.ts';
import { recordScans } from '../shared/stores/record-scans.ts';
import { records } from '../shared/stores/records.ts';
import type { Options } from './options.ts';
import { phases, type Cursor, type Finding, type Ports } from './ports.ts';
import { reconcileImages, type Summary } from './reconcile-images.ts';

type Environment = {
  UPLOADS_BUCKET_NAME: string;
  THUMBNAILS_BUCKET_NAME: string;
  IMAGES_TABLE_NAME: string;
  UPLOADS_TOPIC_ARN: string;
  GENERATE_THUMBNAILS_FUNCTION_NAME: string;
  GENERATE_RENDITIONS_FUNCTION_NAME: string;
};

type Traced = <Client extends S3Client | DynamoDBClient | SNSClient | LambdaClient>(client: Client) => Client;

/** Time left, ms, below which no further page is begun: many times what a page takes. */
const ENOUGH_FOR_A_PAGE = 20_000;

/** Reconciliation over the real stores. `told` hears of every image that is announced. */
export function bind(
  env: Environment,
  told: (image: Image, findings: readonly Finding[]) => void,
  traced: Traced = (client) => client,
) {
  const s3 = traced(new S3Client(clientDefaults));
  const dynamo = traced(new DynamoDBClient(clientDefaults));
  const { announce } = announcements(traced(new SNSClient(clientDefaults)), env.UPLOADS_TOPIC_ARN, 'reconcile-images');
  const { servingVersion } = aliases(traced(new LambdaClient(clientDefaults)));
  const functionNames: Record<RecipeName, string> = {
    thumbnails: env.GENERATE_THUMBNAILS_FUNCTION_NAME,
    renditions: env.GENERATE_RENDITIONS_FUNCTION_NAME,
  };
  const { listObjects, hasObject } = listings(s3);
  const { readCursor, writeCursor } = cursors(dynamo, env.IMAGES_TABLE_NAME, 'reconcile-images');
  const ports: Omit<Ports, 'isTimeUp'> = {
    ...originals(s3),
    ...outputs(s3, env.THUMBNAILS_BUCKET_NAME),
    ...records(dynamo, env.IMAGES_TABLE_NAME),
    ...recordScans(dynamo, env.IMAGES_TABLE_NAME),
    recipes: Object.values(recipes),
    bucket: env.UPLOADS_BUCKET_NAME,
    servingVersion: (recipe) => servingVersion(functionNames[recipe], ALIAS),
    listOriginals: (after) => listObjects(env.UPLOADS_BUCKET_NAME, after),
    listOutputs: (after) => listObjects(env.THUMBNAILS_BUCKET_NAME, after),
    hasOutput: (key) => hasObject(env.THUMBNAILS_BUCKET_NAME, key),
    announce: async (image, findings) => {
      await announce(image, findings.includes('original gone') ? 'removed' : 'created', new Date());
      told(image, findings);
    },
    readCursor: async () => {
      const cursor = await readCursor();
      return cursor && known(cursor);
    },
    writeCursor,
    now: () => new Date(),
  };

  return (options: Options, remainingMs: () => number): Promise<Summary> =>
    reconcileImages({ ...ports, isTimeUp: () => remainingMs() < ENOUGH_FOR_A_PAGE }, options);
}

/** A phase of another version of this function is none of ours: begin anew. */
function known({ phase, after, revision }: { phase: string; after?: string; revision: number }): Cursor {
  const ours = phases.find((name) => name === phase);
  if (ours === undefined) return { phase: 'originals', revision };
  return { phase: ours, revision, ...(after !== undefined && { after }) };
}

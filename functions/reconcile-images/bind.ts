import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';

import { featuresOf } from '../shared/images/features.ts';
import type { Image } from '../shared/images/image.ts';
import { recipes } from '../shared/images/recipe.ts';
import { functionOf, type FunctionNames } from '../shared/releases/recipe-functions.ts';
import { ALIAS, aliases } from '../shared/stores/aliases.ts';
import { announcements } from '../shared/stores/announcements.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { cursors } from '../shared/stores/cursors.ts';
import { bucketListing } from '../shared/stores/bucket-listing.ts';
import { originals } from '../shared/stores/originals.ts';
import { outputs } from '../shared/stores/outputs.ts';
import { recordScans } from '../shared/stores/record-scans.ts';
import { records } from '../shared/stores/records.ts';
import { fullCursor, recentCursor, storedCursor, storedRecentCursor } from './cursors.ts';
import { withinLimits, type TrialPorts } from './within-limits.ts';
import type { Options } from './options.ts';
import type { Finding } from './plan.ts';
import type { Ports } from './ports.ts';
import { reconcileImages, type Summary } from './reconcile-images.ts';

type Environment = FunctionNames & {
  UPLOADS_BUCKET_NAME: string;
  THUMBNAILS_BUCKET_NAME: string;
  VERIFICATION_BUCKET_NAME: string;
  IMAGES_TABLE_NAME: string;
  UPLOADS_TOPIC_ARN: string;
  HEIC: string;
};

type Traced = <Client extends S3Client | DynamoDBClient | SNSClient | LambdaClient>(client: Client) => Client;

/** Time left, ms, below which no further page is begun: many times what a page takes. */
const MIN_MS_PER_PAGE = 60_000;

/** What Lambda says of an invocation. */
export type Invocation = { remainingMs: () => number; /** The same in every attempt at one event. */ id: string };

/** Reconciliation over the real stores. `onAnnounced` is called for every image that is announced. */
export function bind(
  env: Environment,
  onAnnounced: (image: Image, findings: readonly Finding[]) => void,
  traced: Traced = (client) => client,
) {
  const s3 = traced(new S3Client(clientDefaults));
  const dynamo = traced(new DynamoDBClient(clientDefaults));
  const { announce } = announcements(traced(new SNSClient(clientDefaults)), env.UPLOADS_TOPIC_ARN, 'reconcile-images');
  const { servingVersion } = aliases(traced(new LambdaClient(clientDefaults)));
  const { listObjects, hasObject } = bucketListing(s3);
  const full = cursors(dynamo, env.IMAGES_TABLE_NAME, 'reconcile-images');
  const recent = cursors(dynamo, env.IMAGES_TABLE_NAME, 'reconcile-images/recent');
  const ports: Omit<Ports, 'isTimeUp' | 'invocationId'> = {
    ...originals(s3),
    ...outputs(s3, env.THUMBNAILS_BUCKET_NAME),
    ...records(dynamo, env.IMAGES_TABLE_NAME),
    ...recordScans(dynamo, env.IMAGES_TABLE_NAME),
    recipes: Object.values(recipes),
    features: featuresOf(env),
    bucket: env.UPLOADS_BUCKET_NAME,
    servingVersion: (recipe) => servingVersion(functionOf(env, recipe), ALIAS),
    listOriginals: (after) => listObjects(env.UPLOADS_BUCKET_NAME, after),
    listOutputs: (after) => listObjects(env.THUMBNAILS_BUCKET_NAME, after),
    hasOutput: (key) => hasObject(env.THUMBNAILS_BUCKET_NAME, key),
    announce: async (image, findings) => {
      await announce(image, findings.includes('original gone') ? 'removed' : 'created', new Date());
      onAnnounced(image, findings);
    },
    readCursor: async () => {
      const cursor = await full.readCursor();
      return cursor && fullCursor(cursor, new Date());
    },
    writeCursor: (cursor) => full.writeCursor(storedCursor(cursor)),
    readRecentCursor: async () => {
      const cursor = await recent.readCursor();
      return cursor && recentCursor(cursor);
    },
    writeRecentCursor: (cursor) => recent.writeCursor(storedRecentCursor(cursor)),
    now: () => new Date(),
  };
  // Items of VerificationBucket are never listed, whichever function writes them.
  const unlisted = records(dynamo, env.IMAGES_TABLE_NAME, [env.VERIFICATION_BUCKET_NAME]);
  const trial: TrialPorts = {
    bucket: env.VERIFICATION_BUCKET_NAME,
    listOriginals: async (prefix) => (await listObjects(env.VERIFICATION_BUCKET_NAME, undefined, prefix)).items,
    listOutputs: async (prefix) => (await listObjects(env.THUMBNAILS_BUCKET_NAME, undefined, prefix)).items,
  };

  return (options: Options, { remainingMs, id }: Invocation): Promise<Summary> => {
    const run: Ports = { ...ports, isTimeUp: () => remainingMs() < MIN_MS_PER_PAGE, invocationId: id };
    const { limits } = options;
    return reconcileImages(limits ? withinLimits({ ...run, ...unlisted }, trial, limits) : run, options);
  };
}

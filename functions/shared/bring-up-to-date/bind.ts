import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';

import { featuresOf } from '../images/features.ts';
import type { Image } from '../images/image.ts';
import type { Outcome } from '../images/outcome.ts';
import type { Recipe } from '../images/recipe.ts';
import { derive } from '../imaging/derive.ts';
import { decodeHeic } from '../imaging/heic/decoder.ts';
import { clientDefaults } from '../stores/client-defaults.ts';
import { originals } from '../stores/originals.ts';
import { outputs } from '../stores/outputs.ts';
import { records } from '../stores/records.ts';
import { bringUpToDate } from './bring-up-to-date.ts';
import { MARGIN_MS } from './deadline.ts';
import type { Ports } from './ports.ts';

type Environment = {
  THUMBNAILS_BUCKET_NAME: string;
  IMAGES_TABLE_NAME: string;
  VERIFICATION_BUCKET_NAME: string;
  HEIC: string;
};

/** What the use case needs to know about an invocation; Lambda's context is one. */
type Invocation = { functionVersion: string; getRemainingTimeInMillis: () => number };

/** Wraps each AWS client, once per process, so that connections are kept. */
type Traced = <Client extends S3Client | DynamoDBClient>(client: Client) => Client;

/** The use case over the real stores and real imaging: wired here, once, for every function that brings images up to date. */
export function bind(env: Environment, traced: Traced = (client) => client) {
  const s3 = traced(new S3Client(clientDefaults));
  const dynamo = traced(new DynamoDBClient(clientDefaults));
  const decoders = featuresOf(env).has('heic') ? { decodeHeic } : {};
  const ports: Ports = {
    ...originals(s3),
    ...outputs(s3, env.THUMBNAILS_BUCKET_NAME),
    // The pictures that verify a release are no user's upload.
    ...records(dynamo, env.IMAGES_TABLE_NAME, [env.VERIFICATION_BUCKET_NAME]),
    derive: (original, recipe, deadline) => derive(original, recipe, { ...decoders, deadline }),
    now: () => new Date(),
    newAttemptId: randomUUID,
    pause,
  };
  let timeoutMs = 0;

  return async function (image: Image, recipe: Recipe, invocation: Invocation): Promise<Outcome> {
    const remainingMs = invocation.getRemainingTimeInMillis();
    // Lambda reports the time left, not the timeout. The timeout is a whole number of seconds: the time left at the start of an invocation,
    // rounded up. Later images of a batch see less; the largest value is the closest.
    timeoutMs = Math.max(timeoutMs, Math.ceil(remainingMs / 1_000) * 1_000);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), Math.max(0, remainingMs - MARGIN_MS));
    try {
      const worker = { version: invocation.functionVersion, timeoutMs, deadline: deadline.signal };
      return await bringUpToDate(ports, worker, image, recipe);
    } finally {
      // A timer that outlives the invocation would fire in another one.
      clearTimeout(timer);
    }
  };
}

/** Between 0 and 100, 200, 400, … ms, so that two writers that conflicted once do not conflict again. */
async function pause(n: number): Promise<void> {
  await wait(Math.random() * 50 * 2 ** n);
}

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { answerHttp } from '../shared/lambda/http.ts';
import type { HttpResult } from '../shared/lambda/http-answer.ts';
import { traced } from '../shared/lambda/trace.ts';
import { userOf } from '../shared/gallery/user.ts';
import { batches } from '../shared/stores/batches.ts';
import { s3Endpoint } from '../shared/stores/bucket-address.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { listedImages } from '../shared/stores/listed-images.ts';
import { listingPartitions } from '../shared/stores/upload-time-index.ts';
import { presignedPictures } from '../shared/stores/presigned-pictures.ts';
import { listImages } from './list-images.ts';
import type { Ports } from './ports.ts';

const env = readEnv(['IMAGES_TABLE_NAME', 'THUMBNAILS_BUCKET_NAME', 'CURSOR_KEY']);
const dynamo = traced(new DynamoDBClient(clientDefaults));

const ports: Ports = {
  ...listedImages(dynamo, env.IMAGES_TABLE_NAME),
  ...batches(dynamo, env.IMAGES_TABLE_NAME),
  partitionsOf: listingPartitions,
  // Whose credentials sign is all the same: they are the function's.
  pictureUrls: presignedPictures(dynamo.config, env.THUMBNAILS_BUCKET_NAME, s3Endpoint()),
  cursorKey: env.CURSOR_KEY,
  now: () => new Date(),
};

/** `GET /api/images`. */
export async function handler(event: unknown, context: Context): Promise<HttpResult> {
  return answerHttp(event, context, async ({ claims, query }) => {
    const { substance, page } = await listImages(ports, userOf(claims), query);
    return { status: 200, headers: { 'cache-control': 'private, no-cache' }, substance, json: page };
  });
}

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
import { presignedPictures } from '../shared/stores/presigned-pictures.ts';
import { getImage } from './get-image.ts';
import type { Ports } from './ports.ts';

const env = readEnv(['IMAGES_TABLE_NAME', 'THUMBNAILS_BUCKET_NAME']);
const dynamo = traced(new DynamoDBClient(clientDefaults));

const ports: Ports = {
  ...batches(dynamo, env.IMAGES_TABLE_NAME),
  // Whose credentials sign is all the same: they are the function's.
  pictureUrls: presignedPictures(dynamo.config, env.THUMBNAILS_BUCKET_NAME, s3Endpoint()),
  now: () => new Date(),
};

/** `GET /api/images/{imageId}`. */
export async function handler(event: unknown, context: Context): Promise<HttpResult> {
  return answerHttp(event, context, async ({ claims, parameters, query }) => {
    const { substance, details } = await getImage(ports, userOf(claims), parameters['imageId'] ?? '', query);
    return { status: 200, headers: { 'cache-control': 'private, no-cache' }, substance, json: details };
  });
}

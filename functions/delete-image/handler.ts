import { setTimeout as wait } from 'node:timers/promises';

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';

import { writeTombstone, type TombstonePorts } from '../shared/bring-up-to-date/write-tombstone.ts';
import { readEnv } from '../shared/lambda/env.ts';
import { answerHttp } from '../shared/lambda/http.ts';
import type { HttpResult } from '../shared/lambda/http-answer.ts';
import { traced } from '../shared/lambda/trace.ts';
import { userOf } from '../shared/gallery/user.ts';
import { thumbnails } from '../shared/images/recipe.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { originals } from '../shared/stores/originals.ts';
import { originalsRemoval } from '../shared/stores/originals-removal.ts';
import { outputs } from '../shared/stores/outputs.ts';
import { records } from '../shared/stores/records.ts';
import { deleteImage } from './delete-image.ts';

const env = readEnv(['IMAGES_TABLE_NAME', 'THUMBNAILS_BUCKET_NAME', 'UPLOADS_BUCKET_NAME']);
const s3 = traced(new S3Client(clientDefaults));

const burial: TombstonePorts = {
  ...records(traced(new DynamoDBClient(clientDefaults)), env.IMAGES_TABLE_NAME),
  headOriginal: originals(s3).headOriginal,
  deleteOutputs: outputs(s3, env.THUMBNAILS_BUCKET_NAME).deleteOutputs,
  now: () => new Date(),
  pause: (n) => wait(Math.random() * 50 * 2 ** n),
};

/** `DELETE /api/images/{imageId}`. */
export async function handler(event: unknown, context: Context): Promise<HttpResult> {
  const ports = {
    bucket: env.UPLOADS_BUCKET_NAME,
    readRecord: burial.readRecord,
    deleteOriginal: originalsRemoval(s3).deleteOriginal,
    // No version of an image function has written this: its name tells so.
    hide: async (image: { bucket: string; key: string }) =>
      writeTombstone(burial, `delete-image:${context.functionVersion}`, image, thumbnails),
  };
  return answerHttp(event, context, async ({ claims, parameters }) => {
    await deleteImage(ports, userOf(claims), parameters['imageId'] ?? '');
    return { status: 204 };
  });
}

import { randomUUID } from 'node:crypto';

import { S3Client } from '@aws-sdk/client-s3';
import type { Context } from 'aws-lambda';

import { readEnv } from '../shared/lambda/env.ts';
import { answerHttp } from '../shared/lambda/http.ts';
import type { HttpResult } from '../shared/lambda/http-answer.ts';
import { traced } from '../shared/lambda/trace.ts';
import { userOf } from '../shared/gallery/user.ts';
import { imageId } from '../shared/images/image.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { FORM_SECONDS, uploadForms } from '../shared/stores/upload-forms.ts';
import { createUpload } from './create-upload.ts';
import type { Ports } from './ports.ts';

const env = readEnv(['UPLOADS_BUCKET_NAME']);

const ports: Ports = {
  ...uploadForms(traced(new S3Client(clientDefaults)), env.UPLOADS_BUCKET_NAME),
  bucket: env.UPLOADS_BUCKET_NAME,
  formSeconds: FORM_SECONDS,
  newName: randomUUID,
  imageId,
  now: () => new Date(),
};

/** `POST /api/uploads`. */
export async function handler(event: unknown, context: Context): Promise<HttpResult> {
  return answerHttp(event, context, async ({ claims, body }) => {
    const upload = await createUpload(ports, userOf(claims), body);
    return { status: 201, json: async () => upload };
  });
}

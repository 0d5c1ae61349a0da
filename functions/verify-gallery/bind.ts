import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';

import { imageId } from '../shared/images/image.ts';
import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import { deployments } from '../shared/stores/deployments.ts';
import { files } from '../shared/stores/files.ts';
import { invocations, invokingDefaults } from '../shared/stores/invocations.ts';
import { originalsRemoval } from '../shared/stores/originals-removal.ts';
import { picture } from './picture.ts';
import type { Ports, Released } from './ports.ts';
import { verifyGallery } from './verify-gallery.ts';

export const names = [
  'UPLOADS_BUCKET_NAME',
  'ADMIT_MEMBER_FUNCTION_NAME',
  'CREATE_UPLOAD_FUNCTION_NAME',
  'DELETE_IMAGE_FUNCTION_NAME',
  'GET_IMAGE_FUNCTION_NAME',
  'LIST_IMAGES_FUNCTION_NAME',
  'SERVE_GALLERY_FUNCTION_NAME',
] as const;

type Client = S3Client | LambdaClient | CodeDeployClient;

/** ms. A presigned URL or a form that is not answered is a failure, and no reason to wait. */
const FETCH_PATIENCE = 15_000;

/** The verification with the real stores. `members` may be empty: then nobody is admitted. */
export function bind(
  env: Record<(typeof names)[number], string> & { members: string },
  warn: Ports['warn'],
  traced: <Traced extends Client>(client: Traced) => Traced = (client) => client,
): (run: HookRun) => Promise<Verdict> {
  const s3 = traced(new S3Client(clientDefaults));
  const bucket = env.UPLOADS_BUCKET_NAME;
  const { putFile, readFile } = files(s3, bucket);
  const { deleteOriginal } = originalsRemoval(s3);
  const folders = new Map<string, Released>([
    [env.ADMIT_MEMBER_FUNCTION_NAME, 'admit-member'],
    [env.CREATE_UPLOAD_FUNCTION_NAME, 'create-upload'],
    [env.DELETE_IMAGE_FUNCTION_NAME, 'delete-image'],
    [env.GET_IMAGE_FUNCTION_NAME, 'get-image'],
    [env.LIST_IMAGES_FUNCTION_NAME, 'list-images'],
    [env.SERVE_GALLERY_FUNCTION_NAME, 'serve-gallery'],
  ]);
  const ports: Ports = {
    ...deployments(traced(new CodeDeployClient(clientDefaults))),
    ...invocations(traced(new LambdaClient(invokingDefaults))),
    folderOf: (functionName) => folders.get(functionName),
    bucket,
    imageId,
    picture,
    putPicture: (key) => putFile(key, picture),
    readPicture: readFile,
    deletePicture: (key) => deleteOriginal({ bucket, key }),
    fetch: async (url, init) => {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(FETCH_PATIENCE) });
      return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
    },
    members: env.members,
    newName: randomUUID,
    now: () => Date.now(),
    pause: (ms) => wait(ms),
    warn,
  };
  return (run) => verifyGallery(ports, run);
}

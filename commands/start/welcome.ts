import type { ChildProcess } from 'node:child_process';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client } from '@aws-sdk/client-s3';
import { ensureDemoUser } from '../shared/demo-user.ts';
import { localClient } from '../shared/target.ts';
import { silentLogger } from '../shared/upload.ts';
import { hasPictures, uploadFirstPictures } from './first-pictures.ts';
import { whatToTry } from './what-to-try.ts';
import { whereToBegin, type Ready } from './words.ts';

/** With chaos every call may fail now and then. */
const ATTEMPTS = 8;

/**
 * Makes the demo user, has the local cloud print where to begin, and uploads the first pictures unless the user has any or `draw` is
 * undefined. Whatever fails of this is told: the application runs without it.
 */
export async function welcome(
  cloud: ChildProcess,
  ready: Ready,
  draw: (() => readonly Promise<Uint8Array>[]) | undefined,
): Promise<void> {
  const client = { ...localClient(ready.endpoint), maxAttempts: ATTEMPTS };
  const { UserPoolId: poolId, UploadsBucketName: bucket } = ready.outputs;
  let owner: string | undefined;
  try {
    if (poolId !== undefined) owner = await ensureDemoUser(new CognitoIdentityProviderClient(client), poolId);
  } catch (error) {
    complain(cloud, 'The demo user could not be made', error);
  }
  if (!cloud.connected) return;
  cloud.send({
    type: 'words',
    before: owner === undefined ? [] : whereToBegin(ready),
    after: whatToTry(ready, owner).split('\n'),
  });
  if (owner === undefined || bucket === undefined || draw === undefined) return;
  try {
    const s3 = new S3Client({ ...client, logger: silentLogger });
    if (!(await hasPictures(s3, bucket, owner))) await uploadFirstPictures(s3, { bucket, owner, pictures: draw() });
  } catch (error) {
    complain(cloud, 'The first pictures could not be uploaded', error);
  }
}

/** Not printed if everything has ended by then. */
function complain(cloud: ChildProcess, what: string, error: unknown): void {
  if (cloud.connected) console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
}

import { setTimeout } from 'node:timers/promises';
import { DeleteObjectsCommand, type ObjectIdentifier } from '@aws-sdk/client-s3';
import { bytesUpload, upload } from '../../shared/upload.ts';
import type { Picture } from './pictures.ts';
import type { Stack } from '../aws/stack.ts';

/** An uploaded photograph. */
export type Photograph = { key: string; versionId?: string; eTag: string; picture: Picture };

export type Uploader = {
  /** All photographs in the bucket so far. */
  photographs: readonly Photograph[];
  /** Resolves once the last upload has ended. Throws the error of a failed upload. */
  stop: () => Promise<void>;
};

/** The maximum number of uploads without an outcome: a machine slower than the uploads would fall further and further behind. */
const MOST_WAITING = 60;

/**
 * Uploads photographs at a steady rate until it is stopped, regardless of their outcomes. Pauses while too many of them wait (`waiting`
 * returns their number).
 */
export function uploadSteadily(
  { aws, uploadsBucket, owner }: Stack,
  { pictures, id, perSecond }: { pictures: readonly Picture[]; id: string; perSecond: number },
  waiting: () => number,
): Uploader {
  const photographs: Photograph[] = [];
  const stopping = new AbortController();

  async function uploadOne(n: number): Promise<void> {
    const picture = pictures[n % pictures.length];
    if (picture === undefined) throw new Error('there is no picture to upload');
    const name = `${String(n).padStart(4, '0')}.jpg`;
    const what = bytesUpload(picture.jpeg, name, `users/${owner}/rehearsal-${id}/${name}`);
    const { key, eTag, versionId } = await upload(aws.s3, uploadsBucket, what, () => undefined);
    photographs.push({ key, eTag, picture, ...(versionId !== undefined && { versionId }) });
  }

  async function uploadAll(): Promise<void> {
    const underWay: Promise<void>[] = [];
    while (!stopping.signal.aborted) {
      if (waiting() < MOST_WAITING) {
        const one = uploadOne(underWay.length);
        // stop() throws this error; nothing awaits it before.
        one.catch(() => undefined);
        underWay.push(one);
      }
      await setTimeout(1000 / perSecond, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    await Promise.all(underWay);
  }

  const all = uploadAll();
  all.catch(() => undefined);
  return {
    photographs,
    stop: async () => {
      stopping.abort();
      await all;
    },
  };
}

/** The maximum number of objects per DeleteObjects call. */
const AT_ONCE = 1000;

/** Deletes the uploaded object versions, so that none is retained; the functions then delete their outputs. */
export async function deletePhotographs(
  { aws, uploadsBucket }: Stack,
  photographs: readonly Photograph[],
): Promise<void> {
  const objects = photographs.map(({ key, versionId }): ObjectIdentifier => ({ Key: key, VersionId: versionId }));
  for (let start = 0; start < objects.length; start += AT_ONCE) {
    await aws.s3.send(
      new DeleteObjectsCommand({
        Bucket: uploadsBucket,
        Delete: { Objects: objects.slice(start, start + AT_ONCE), Quiet: true },
      }),
    );
  }
}

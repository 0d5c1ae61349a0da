import { createHash } from 'node:crypto';
import type { WriteCondition } from '../conditions.ts';
import type { StoredObject } from '../model.ts';
import type { CreatedBy, NewObject } from '../objects.ts';
import type { Call } from './call.ts';
import { checksumHeaders, expirationHeader, versionHeader } from './object-headers.ts';

/** Writes the bytes, then makes the object; should that fail, the bytes go again. */
export async function storeObject(
  { s3, bucket, key, cause }: Call,
  bytes: Uint8Array,
  described: Pick<NewObject, 'content' | 'metadata' | 'tags' | 'checksum'>,
  event: CreatedBy,
  condition: WriteCondition,
): Promise<StoredObject> {
  const written = s3.blobs.write(s3.newBlobId(), bytes);
  // While the file is being written.
  const eTag = createHash('md5').update(bytes).digest('hex');
  const part = await written;
  try {
    const made = { ...described, bucket, key, size: bytes.length, eTag, parts: [part], multipart: false };
    return s3.objects.put(made, event, condition, cause);
  } catch (error) {
    s3.blobs.remove([part]);
    throw error;
  }
}

/** What the answer to an upload says. */
export function createdHeaders(call: Call, object: StoredObject): Record<string, string> {
  return {
    etag: `"${object.eTag}"`,
    ...checksumHeaders(object),
    'x-amz-server-side-encryption': 'AES256',
    ...versionHeader(object, call.settings().versioning),
    ...expirationHeader(object, call.settings()),
  };
}

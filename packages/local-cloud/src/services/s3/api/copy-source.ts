import { AwsError } from '../../../core/aws-error.ts';
import { checkReadConditions } from '../conditions.ts';
import { invalidArgument } from '../errors.ts';
import type { StoredObject } from '../model.ts';
import { checkVersionId } from '../version-id.ts';
import { callOn, type Call } from './call.ts';
import { checkKey, decode } from './target.ts';

export const COPY_SOURCE_HEADERS = [
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-unmodified-since',
];

/**
 * The object that `x-amz-copy-source` names: `bucket/key`, form-encoded as a whole (a plus is a space, and the slash between them may be
 * `%2F`), perhaps with a version behind it. Throws as GetObject does.
 */
export function findCopySource(call: Call): { source: StoredObject; sourceCall: Call; ofVersion: boolean } {
  const header = call.headers['x-amz-copy-source'] ?? '';
  // A question mark that begins anything else is a part of the key.
  const [, encoded = '', encodedVersion] = /^(.*?)(?:\?versionId=([^?&/]*))?$/s.exec(header) ?? [];
  const path = decode(encoded.replaceAll('+', ' ')).replace(/^\//, '');
  const slash = path.indexOf('/');
  const key = checkKey(path.slice(slash + 1));
  if (slash < 1 || key === '') {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      header,
    );
  }
  const versionId = encodedVersion === undefined ? undefined : decode(encodedVersion);
  const sourceCall = callOn(call, { bucket: path.slice(0, slash), key });
  sourceCall.allow(versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion');
  let source: StoredObject;
  try {
    source = call.s3.objects.find(
      sourceCall.bucket,
      key,
      versionId === undefined ? undefined : checkVersionId(versionId),
    );
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoSuchKey') sourceCall.allow('s3:ListBucket', 'bucket');
    throw error;
  }
  checkReadConditions(call.headers, source, 'x-amz-copy-source-');
  return { source, sourceCall, ofVersion: versionId !== undefined };
}

export function copySourceVersion({ settings }: Call, source: StoredObject): Record<string, string> {
  return settings().versioning === undefined ? {} : { 'x-amz-copy-source-version-id': source.versionId };
}

import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { checksumHeader } from '../checksums.ts';
import { invalidArgument } from '../errors.ts';
import { expiryOf } from '../lifecycle-rules.ts';
import type { Bucket, ObjectHeaders, StoredObject } from '../model.ts';
import { httpDate } from '../objects.ts';
import type { Call } from './call.ts';

const CONTENT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

/** The headers by which a client describes a new object (see `readObjectHeaders`). */
export const DESCRIBING_HEADERS = [
  'x-amz-meta-*',
  'x-amz-tagging',
  'x-amz-acl',
  'x-amz-storage-class',
  'x-amz-server-side-encryption',
];

const MOST_METADATA_BYTES = 2048;

/** Throws AwsError for what this bucket cannot give an object: ACLs, other storage classes, other keys. */
export function readObjectHeaders(headers: Call['headers']): ObjectHeaders {
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
  const storageClass = headers['x-amz-storage-class'] ?? 'STANDARD';
  if (storageClass !== 'STANDARD') throw notImplemented(`the storage class ${storageClass}`);
  const encryption = headers['x-amz-server-side-encryption'] ?? 'AES256';
  if (encryption !== 'AES256') throw notImplemented(`the server-side encryption ${encryption}`);
  return {
    content: readContent(headers),
    metadata: readMetadata(headers),
    tags: readTagging(headers['x-amz-tagging']),
  };
}

function readContent(headers: Call['headers']): Record<string, string> {
  const content: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of CONTENT_HEADERS) {
    const value = headers[name];
    if (value !== undefined && value !== '') content[name] = value;
  }
  const codings = content['content-encoding']?.split(',').map((coding) => coding.trim());
  const kept = codings?.filter((coding) => coding !== 'aws-chunked') ?? [];
  if (kept.length > 0) content['content-encoding'] = kept.join(',');
  else delete content['content-encoding'];
  return content;
}

function readMetadata(headers: Call['headers']): Record<string, string> {
  const prefix = 'x-amz-meta-';
  const metadata = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > MOST_METADATA_BYTES) {
    throw new AwsError('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', 400, {
      Size: String(size),
      MaxSizeAllowed: String(MOST_METADATA_BYTES),
    });
  }
  return metadata;
}

/** `a=1&b=2`, form-encoded. */
function readTagging(header: string | undefined): Record<string, string> {
  const tags = [...new URLSearchParams(header ?? '')];
  checkTags(tags);
  return Object.fromEntries(tags);
}

/** Throws AwsError where there are more than ten, one twice, or one too long. */
export function checkTags(tags: readonly (readonly [string, string])[], most = 10): void {
  if (tags.length > most) throw new AwsError('BadRequest', `Object tags cannot be greater than ${most}`);
  if (new Set(tags.map(([name]) => name)).size < tags.length) {
    throw new AwsError('InvalidTag', 'Cannot provide multiple Tags with the same key');
  }
  for (const [name, value] of tags) {
    if (name === '' || name.length > 128)
      throw invalidArgument('The TagKey you have provided is invalid', 'TagKey', name);
    if (value.length > 256) throw invalidArgument('The TagValue you have provided is invalid', 'TagValue', value);
  }
}

/** What every answer about an object says of it. */
export function objectHeaders(object: StoredObject, { versioning }: Bucket): Record<string, string> {
  const tagCount = Object.keys(object.tags).length;
  return {
    etag: `"${object.eTag}"`,
    'last-modified': httpDate(object.lastModified),
    'accept-ranges': 'bytes',
    ...object.content,
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    'x-amz-server-side-encryption': 'AES256',
    ...versionHeader(object, versioning),
    ...(tagCount > 0 && { 'x-amz-tagging-count': String(tagCount) }),
  };
}

export function versionHeader({ versionId }: StoredObject, versioning: Bucket['versioning']): Record<string, string> {
  return versioning === undefined ? {} : { 'x-amz-version-id': versionId };
}

export function checksumHeaders({ checksum }: StoredObject): Record<string, string> {
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** When a lifecycle rule is to remove the object, which is the newest of its key. A faster clock comes there sooner. */
export function expirationHeader(object: StoredObject, { lifecycle = [] }: Bucket): Record<string, string> {
  const expiry = expiryOf(lifecycle, object);
  if (expiry === undefined) return {};
  const { at, ruleId } = expiry;
  return { 'x-amz-expiration': `expiry-date="${at.toUTCString()}", rule-id="${encodeURIComponent(ruleId)}"` };
}

import type { Target } from './target.ts';

type Names = Readonly<Record<string, string>>;

/** Sub-resources of a bucket that are one document each: `?policy` is BucketPolicy, with a verb in front. */
const bucketDocuments: Names = {
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

const objectDocuments: Names = {
  acl: 'ObjectAcl',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
};

/** The rest, by method and sub-resource; the first whose sub-resource is in the query. */
const bucketOperations: readonly (readonly [method: string, subresource: string, name: string])[] = [
  ['GET', 'versions', 'ListObjectVersions'],
  ['GET', 'uploads', 'ListMultipartUploads'],
  ['GET', 'session', 'CreateSession'],
  ['GET', 'list-type', 'ListObjectsV2'],
  ['GET', '', 'ListObjects'],
  ['HEAD', '', 'HeadBucket'],
  ['PUT', '', 'CreateBucket'],
  ['DELETE', '', 'DeleteBucket'],
  ['POST', 'delete', 'DeleteObjects'],
  ['POST', '', 'PostObject'],
];

const objectOperations: typeof bucketOperations = [
  ['GET', 'uploadId', 'ListParts'],
  ['GET', '', 'GetObject'],
  ['HEAD', '', 'HeadObject'],
  ['PUT', 'partNumber', 'UploadPart'],
  ['PUT', 'renameObject', 'RenameObject'],
  ['PUT', '', 'PutObject'],
  ['DELETE', 'uploadId', 'AbortMultipartUpload'],
  ['DELETE', '', 'DeleteObject'],
  ['POST', 'uploads', 'CreateMultipartUpload'],
  ['POST', 'uploadId', 'CompleteMultipartUpload'],
  ['POST', 'restore', 'RestoreObject'],
  ['POST', 'select', 'SelectObjectContent'],
];

const verbs: Names = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };
/** Where AWS names an operation otherwise than its document. */
const irregular: Names = {
  DeleteBucketLifecycleConfiguration: 'DeleteBucketLifecycle',
};

/** The operation as AWS calls it, and the sub-resource by which it was known (empty: none). */
export type OperationName = { name: string; subresource: string };

/** Also names what this cloud does not implement, so that it can be refused by name. */
export function operationName(
  method: string,
  { bucket, key }: Target,
  query: URLSearchParams,
  isCopy: boolean,
): OperationName {
  if (bucket === '') {
    return { name: method === 'GET' ? 'ListBuckets' : `${method} on the service`, subresource: '' };
  }
  const documents = key === '' ? bucketDocuments : objectDocuments;
  const verb = verbs[method];
  for (const [subresource, document] of Object.entries(documents)) {
    if (verb !== undefined && query.has(subresource)) {
      const name = `${verb}${document}`;
      return { name: irregular[name] ?? name, subresource };
    }
  }
  for (const [of, subresource, name] of key === '' ? bucketOperations : objectOperations) {
    if (of === method && (subresource === '' || query.has(subresource))) {
      return { name: isCopy ? (copies[name] ?? name) : name, subresource };
    }
  }
  return { name: `${method} on ${key === '' ? 'a bucket' : 'an object'}`, subresource: '' };
}

/** With `x-amz-copy-source`. */
const copies: Names = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' };

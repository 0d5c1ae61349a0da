import type { Target } from './target.ts';

type Names = Readonly<Record<string, string>>;

/** Sub-resources of a bucket that are one document each: `?policy` is BucketPolicy, with a verb in front. */
const bucketDocuments: Names = {
  abac: 'BucketAbac',
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
  metadataConfiguration: 'BucketMetadataConfiguration',
  metadataTable: 'BucketMetadataTableConfiguration',
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
  annotation: 'ObjectAnnotation',
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
  ['PUT', 'metadataAnnotationTable', 'UpdateBucketMetadataAnnotationTableConfiguration'],
  ['PUT', 'metadataInventoryTable', 'UpdateBucketMetadataInventoryTableConfiguration'],
  ['PUT', 'metadataJournalTable', 'UpdateBucketMetadataJournalTableConfiguration'],
  ['PUT', '', 'CreateBucket'],
  ['DELETE', '', 'DeleteBucket'],
  ['POST', 'delete', 'DeleteObjects'],
  ['POST', 'metadataConfiguration', 'CreateBucketMetadataConfiguration'],
  ['POST', 'metadataTable', 'CreateBucketMetadataTableConfiguration'],
  ['POST', '', 'PostObject'],
];

const objectOperations: typeof bucketOperations = [
  ['GET', 'uploadId', 'ListParts'],
  ['GET', '', 'GetObject'],
  ['HEAD', '', 'HeadObject'],
  ['PUT', 'partNumber', 'UploadPart'],
  ['PUT', 'renameObject', 'RenameObject'],
  ['PUT', 'encryption', 'UpdateObjectEncryption'],
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
/** Documents of which there may be several; without the parameter that chooses one, they are listed. */
const chosenBy: Names = {
  analytics: 'id',
  annotation: 'annotationName',
  'intelligent-tiering': 'id',
  inventory: 'id',
  metrics: 'id',
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
    if (method !== 'GET') return { name: `${method} on the service`, subresource: '' };
    return {
      name: query.get('x-id') === 'ListDirectoryBuckets' ? 'ListDirectoryBuckets' : 'ListBuckets',
      subresource: '',
    };
  }
  const documents = key === '' ? bucketDocuments : objectDocuments;
  const verb = verbs[method];
  for (const [subresource, document] of Object.entries(documents)) {
    if (verb !== undefined && query.has(subresource)) {
      const choice = chosenBy[subresource];
      if (verb === 'Get' && choice !== undefined && !query.has(choice))
        return { name: `List${document}s`, subresource };
      const name = `${verb}${document}`;
      return { name: irregular[name] ?? name, subresource };
    }
  }
  if (method === 'POST' && bucket === 'WriteGetObjectResponse') return { name: bucket, subresource: '' };
  for (const [of, subresource, name] of key === '' ? bucketOperations : objectOperations) {
    if (of === method && (subresource === '' || query.has(subresource))) {
      return { name: isCopy ? (copies[name] ?? name) : name, subresource };
    }
  }
  return { name: `${method} on ${key === '' ? 'a bucket' : 'an object'}`, subresource: '' };
}

/** With `x-amz-copy-source`. */
const copies: Names = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' };

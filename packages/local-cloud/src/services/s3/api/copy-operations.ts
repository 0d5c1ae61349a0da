import { checksumOf, readAlgorithm } from '../checksums.ts';
import { readWriteCondition, WRITE_CONDITIONS } from '../conditions.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import type { Checksum, StoredObject } from '../model.ts';
import { xml, type Call, type Operation } from './call.ts';
import { COPY_SOURCE_HEADERS, copySourceVersion, findCopySource } from './copy-source.ts';
import { checksumElements } from './elements.ts';
import { DESCRIBING_HEADERS, expirationHeader, readObjectHeaders, versionHeader } from './object-headers.ts';
import { storeObject } from './store-object.ts';

export const copyOperations: Readonly<Record<string, Operation>> = {
  CopyObject: {
    headers: [
      ...COPY_SOURCE_HEADERS,
      ...DESCRIBING_HEADERS,
      ...WRITE_CONDITIONS,
      'x-amz-metadata-directive',
      'x-amz-tagging-directive',
    ],
    run: async (call) => {
      call.allow('s3:PutObject');
      const { source, sourceCall, ofVersion } = findCopySource(call);
      const stated = readObjectHeaders(call.headers);
      const replaces = directive(call, 'x-amz-metadata-directive') === 'REPLACE';
      const retags = directive(call, 'x-amz-tagging-directive') === 'REPLACE';
      if (call.bucket === source.bucket && call.key === source.key && !replaces && !ofVersion) {
        throw invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        );
      }
      if (!retags && Object.keys(source.tags).length > 0) sourceCall.allow('s3:GetObjectTagging');
      const tags = retags ? stated.tags : source.tags;
      if (Object.keys(tags).length > 0) call.allow('s3:PutObjectTagging');
      const condition = readWriteCondition(call.headers);

      const bytes = await call.s3.blobs.read(source.parts, 0, source.size);
      const { content, metadata } = replaces ? stated : source;
      const checksum = checksumOfCopy(call, source, bytes);
      const object = await storeObject(
        call,
        bytes,
        { content, metadata, tags, checksum },
        'ObjectCreated:Copy',
        condition,
      );
      return xml(
        'CopyObjectResult',
        { LastModified: object.lastModified, ETag: `"${object.eTag}"`, ...checksumElements(object) },
        {
          'x-amz-server-side-encryption': 'AES256',
          ...versionHeader(object, call.settings().versioning),
          ...expirationHeader(object, call.settings()),
          ...copySourceVersion(sourceCall, source),
        },
      );
    },
  },
};

function directive({ headers }: Call, name: string): 'COPY' | 'REPLACE' {
  const value = headers[name] ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw invalidArgument(`Unknown ${name}.`, name, value);
}

/** A copy is one piece whatever its source was: its checksum is that of the whole. */
function checksumOfCopy({ headers }: Call, { checksum }: StoredObject, bytes: Uint8Array): Checksum {
  const asked = headers['x-amz-checksum-algorithm'];
  const algorithm = asked === undefined ? checksum.algorithm : readAlgorithm(asked);
  if (algorithm === checksum.algorithm && checksum.type === 'FULL_OBJECT') return checksum;
  return { algorithm, type: 'FULL_OBJECT', value: checksumOf(algorithm, bytes) };
}

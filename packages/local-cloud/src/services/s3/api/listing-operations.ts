import type { XmlValue } from '../../../wire/xml.ts';
import { invalidArgument } from '../errors.ts';
import { listObjects, listVersions, type ListingRequest } from '../listing.ts';
import type { StoredObject, Version } from '../model.ts';
import { xml, type Call, type Operation } from './call.ts';
import { keyWriter } from './elements.ts';

const LISTED = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];

export const listingOperations: Readonly<Record<string, Operation>> = {
  ListObjectsV2: {
    parameters: [...LISTED, 'continuation-token', 'start-after', 'fetch-owner'],
    run: (call) => {
      const { s3, query } = call;
      const request = readRequest(call, 's3:ListBucket');
      const token = query.get('continuation-token');
      const startAfter = query.get('start-after') ?? '';
      const listing = listObjects(s3.versions, request, token === null ? startAfter : readToken(token));
      const write = keyWriter(query.get('encoding-type'));
      const owner = query.get('fetch-owner') === 'true' ? s3.ownerId : undefined;
      return xml('ListBucketResult', {
        ...describe(call, request, write),
        KeyCount: listing.entries.length + listing.commonPrefixes.length,
        IsTruncated: listing.truncated,
        ...(token !== null && { ContinuationToken: token }),
        ...(listing.truncated && { NextContinuationToken: writeToken(listing.last ?? '') }),
        ...(startAfter !== '' && { StartAfter: write(startAfter) }),
        Contents: listing.entries.map((object) => contents(object, write, owner)),
        CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
      });
    },
  },

  ListObjects: {
    parameters: [...LISTED, 'marker'],
    run: (call) => {
      const { s3, query } = call;
      const request = readRequest(call, 's3:ListBucket');
      const marker = query.get('marker') ?? '';
      const listing = listObjects(s3.versions, request, marker);
      const write = keyWriter(query.get('encoding-type'));
      return xml('ListBucketResult', {
        ...describe(call, request, write),
        Marker: write(marker),
        IsTruncated: listing.truncated,
        // Version 1 gives the mark only with a delimiter; else it is the last key.
        ...(listing.truncated && request.delimiter !== '' && { NextMarker: write(listing.last ?? '') }),
        Contents: listing.entries.map((object) => contents(object, write, s3.ownerId)),
        CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
      });
    },
  },

  ListObjectVersions: {
    parameters: [...LISTED, 'key-marker', 'version-id-marker'],
    run: (call) => {
      const { s3, query, bucket } = call;
      const request = readRequest(call, 's3:ListBucketVersions');
      const key = query.get('key-marker') ?? '';
      const versionId = query.get('version-id-marker') ?? undefined;
      if (versionId !== undefined && key === '') {
        throw invalidArgument(
          'A version-id marker cannot be specified without a key marker.',
          'version-id-marker',
          versionId,
        );
      }
      const listing = listVersions(s3.versions, request, { key, ...(versionId !== undefined && { versionId }) });
      const write = keyWriter(query.get('encoding-type'));
      const entry = (version: Version): Record<string, XmlValue> => ({
        Key: write(version.key),
        VersionId: version.versionId,
        IsLatest: s3.versions.newest(bucket, version.key) === version,
        LastModified: version.lastModified,
        ...(version.kind === 'object' && sizeAndTag(version)),
        Owner: { ID: s3.ownerId },
      });
      const last = listing.entries.at(-1);
      return xml('ListVersionsResult', {
        ...describe(call, request, write),
        KeyMarker: write(key),
        VersionIdMarker: versionId ?? '',
        IsTruncated: listing.truncated,
        ...(listing.truncated && {
          NextKeyMarker: write(listing.last ?? ''),
          ...(last?.key === listing.last && { NextVersionIdMarker: last?.versionId }),
        }),
        Version: listing.entries.filter(({ kind }) => kind === 'object').map(entry),
        DeleteMarker: listing.entries.filter(({ kind }) => kind === 'delete-marker').map(entry),
        CommonPrefixes: listing.commonPrefixes.map((prefix) => ({ Prefix: write(prefix) })),
      });
    },
  },
};

function readRequest(call: Call, action: string): ListingRequest {
  const { bucket, query } = call;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const max = readMax(query, 'max-keys');
  call.allow(action, 'bucket', {
    's3:max-keys': String(max),
    // Absent where the request has none: a condition on the prefix then fails, as on AWS.
    ...(query.has('prefix') && { 's3:prefix': prefix }),
    ...(query.has('delimiter') && { 's3:delimiter': delimiter }),
  });
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  return { bucket, prefix, delimiter, max: Math.min(max, 1000) };
}

export function readMax(query: URLSearchParams, name: string): number {
  const given = query.get(name) ?? '1000';
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, given);
}

function describe(
  { bucket, query }: Call,
  { prefix, delimiter, max }: ListingRequest,
  write: (key: string) => string,
): Record<string, XmlValue> {
  const encoding = query.get('encoding-type');
  return {
    Name: bucket,
    Prefix: write(prefix),
    ...(delimiter !== '' && { Delimiter: write(delimiter) }),
    MaxKeys: max,
    ...(encoding !== null && { EncodingType: encoding }),
  };
}

function contents(object: StoredObject, write: (key: string) => string, owner?: string): XmlValue {
  return {
    Key: write(object.key),
    LastModified: object.lastModified,
    ...sizeAndTag(object),
    ...(owner !== undefined && { Owner: { ID: owner } }),
  };
}

function sizeAndTag({ eTag, size, checksum }: StoredObject): Record<string, XmlValue> {
  return {
    ETag: `"${eTag}"`,
    ChecksumAlgorithm: checksum.algorithm,
    ChecksumType: checksum.type,
    Size: size,
    StorageClass: 'STANDARD',
  };
}

function writeToken(last: string): string {
  return Buffer.from(last).toString('base64');
}

function readToken(token: string): string {
  const last = Buffer.from(token, 'base64').toString('utf8');
  if (token === '' || writeToken(last) !== token) {
    throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
  }
  return last;
}

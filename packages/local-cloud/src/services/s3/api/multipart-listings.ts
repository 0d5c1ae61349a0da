import type { XmlValue } from '../../../wire/xml.ts';
import type { Upload } from '../multipart.ts';
import { compareBytes } from '../sorted-keys.ts';
import { xml, type Call, type Operation } from './call.ts';
import { keyWriter } from './elements.ts';
import { readMax } from './listing-operations.ts';

export const multipartListings: Readonly<Record<string, Operation>> = {
  ListParts: {
    parameters: ['max-parts', 'part-number-marker'],
    run: (call) => {
      call.allow('s3:ListMultipartUploadParts');
      const upload = findUpload(call);
      const marker = Number(call.query.get('part-number-marker') ?? '0');
      const max = Math.min(readMax(call.query, 'max-parts'), 1000);
      const after = call.s3.uploads.parts(upload).filter(({ number }) => number > marker);
      const page = after.slice(0, max);
      const owner = { ID: call.s3.ownerId };
      return xml('ListPartsResult', {
        Bucket: upload.bucket,
        Key: upload.key,
        UploadId: upload.uploadId,
        Initiator: owner,
        Owner: owner,
        StorageClass: 'STANDARD',
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.number ?? 0,
        MaxParts: max,
        IsTruncated: after.length > page.length,
        ...(upload.checksumAsked && { ChecksumAlgorithm: upload.checksumAlgorithm, ChecksumType: upload.checksumType }),
        Part: page.map((part): XmlValue => ({
          PartNumber: part.number,
          LastModified: part.lastModified,
          ETag: `"${part.eTag}"`,
          Size: part.size,
          ...(upload.checksumAsked && { [`Checksum${upload.checksumAlgorithm}`]: part.checksum }),
        })),
      });
    },
  },

  ListMultipartUploads: {
    parameters: ['prefix', 'max-uploads', 'key-marker', 'upload-id-marker', 'encoding-type'],
    run: (call) => {
      call.allow('s3:ListBucketMultipartUploads', 'bucket');
      const { s3, bucket, query } = call;
      const prefix = query.get('prefix') ?? '';
      const keyMarker = query.get('key-marker') ?? '';
      const idMarker = query.get('upload-id-marker') ?? '';
      const max = Math.min(readMax(query, 'max-uploads'), 1000);
      const matching = s3.uploads.list(bucket).filter(({ key }) => key.startsWith(prefix));
      const start = matching.findIndex(({ key, uploadId }) =>
        idMarker !== '' && key === keyMarker ? uploadId > idMarker : compareBytes(key, keyMarker) > 0,
      );
      const after = start === -1 ? [] : matching.slice(start);
      const page = after.slice(0, max);
      const truncated = after.length > page.length;
      const write = keyWriter(query.get('encoding-type'));
      const owner = { ID: s3.ownerId };
      return xml('ListMultipartUploadsResult', {
        Bucket: bucket,
        KeyMarker: write(keyMarker),
        UploadIdMarker: idMarker,
        Prefix: write(prefix),
        MaxUploads: max,
        IsTruncated: truncated,
        ...(truncated && { NextKeyMarker: write(page.at(-1)?.key ?? ''), NextUploadIdMarker: page.at(-1)?.uploadId }),
        Upload: page.map(({ key, uploadId, initiated }) => ({
          Key: write(key),
          UploadId: uploadId,
          Initiator: owner,
          Owner: owner,
          StorageClass: 'STANDARD',
          Initiated: initiated,
        })),
      });
    },
  },
};

/** Throws AwsError NoSuchUpload. */
export function findUpload({ s3, bucket, key, query }: Call): Upload {
  return s3.uploads.get(bucket, key, query.get('uploadId') ?? '');
}

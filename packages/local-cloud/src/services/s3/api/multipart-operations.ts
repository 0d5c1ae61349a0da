import { createHash } from 'node:crypto';
import { AwsError } from '../../../core/aws-error.ts';
import { allOf, malformedXml, only, readXml, textOf, type XmlElement } from '../../../wire/xml-reader.ts';
import { checksumHeader, checksumOf, readAlgorithm, statedChecksum, verifyBody, verifyMd5 } from '../checksums.ts';
import { readWriteCondition, WRITE_CONDITIONS } from '../conditions.ts';
import { invalidArgument, invalidRequest } from '../errors.ts';
import type { Checksum, ChecksumAlgorithm } from '../model.ts';
import type { ListedPart, Upload, UploadedPart } from '../multipart.ts';
import { readRange } from '../range.ts';
import { noContent, readBody, xml, type Call, type Operation } from './call.ts';
import { COPY_SOURCE_HEADERS, copySourceVersion, findCopySource } from './copy-source.ts';
import { checksumElements, keyWriter } from './elements.ts';
import { findUpload, multipartListings } from './multipart-listings.ts';
import { DESCRIBING_HEADERS, expirationHeader, readObjectHeaders, versionHeader } from './object-headers.ts';

const MOST_PARTS = 10_000;

export const multipartOperations: Readonly<Record<string, Operation>> = {
  ...multipartListings,

  CreateMultipartUpload: {
    headers: [...DESCRIBING_HEADERS, 'x-amz-checksum-type'],
    run: (call) => {
      call.allow('s3:PutObject');
      const described = readObjectHeaders(call.headers);
      if (Object.keys(described.tags).length > 0) call.allow('s3:PutObjectTagging');
      const { bucket, key } = call;
      const upload = call.s3.uploads.create({ ...described, bucket, key, ...readChecksum(call) });
      return xml(
        'InitiateMultipartUploadResult',
        { Bucket: bucket, Key: key, UploadId: upload.uploadId },
        {
          'x-amz-server-side-encryption': 'AES256',
          ...(upload.checksumAsked && {
            'x-amz-checksum-algorithm': upload.checksumAlgorithm,
            'x-amz-checksum-type': upload.checksumType,
          }),
        },
      );
    },
  },

  UploadPart: {
    parameters: ['uploadId'],
    run: async (call) => {
      call.allow('s3:PutObject');
      const upload = findUpload(call);
      const { bytes, headers } = readBody(call);
      const part = await putPart(call, upload, bytes, headers);
      return {
        status: 200,
        headers: {
          etag: `"${part.eTag}"`,
          'x-amz-server-side-encryption': 'AES256',
          ...(statedChecksum(headers) && { [checksumHeader(upload.checksumAlgorithm)]: part.checksum }),
        },
      };
    },
  },

  UploadPartCopy: {
    headers: [...COPY_SOURCE_HEADERS, 'x-amz-copy-source-range'],
    parameters: ['uploadId'],
    run: async (call) => {
      call.allow('s3:PutObject');
      const upload = findUpload(call);
      const { source, sourceCall } = findCopySource(call);
      const range = call.headers['x-amz-copy-source-range'];
      const { start, end } = readRange(range, source.size) ?? { start: 0, end: source.size };
      if (range !== undefined && range !== `bytes=${String(start)}-${String(end - 1)}`) {
        throw invalidArgument(
          'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
          'x-amz-copy-source-range',
          range,
        );
      }
      const part = await putPart(call, upload, await call.s3.blobs.read(source.parts, start, end), {});
      return xml(
        'CopyPartResult',
        {
          LastModified: part.lastModified,
          ETag: `"${part.eTag}"`,
          ...(upload.checksumAsked && { [`Checksum${upload.checksumAlgorithm}`]: part.checksum }),
        },
        { 'x-amz-server-side-encryption': 'AES256', ...copySourceVersion(sourceCall, source) },
      );
    },
  },

  CompleteMultipartUpload: {
    headers: ['x-amz-checksum-type', 'x-amz-mp-object-size', ...WRITE_CONDITIONS],
    run: async (call) => {
      call.allow('s3:PutObject');
      const { s3, bucket, key, request, headers, cause } = call;
      const upload = findUpload(call);
      const condition = readWriteCondition(headers);
      verifyMd5(request.body, headers);
      const body = only(readXml(request.body, 'CompleteMultipartUpload'), 'CompleteMultipartUpload', ['Part']);
      const checksum = headers[checksumHeader(upload.checksumAlgorithm)];
      const other = statedChecksum(headers)?.algorithm;
      if (other !== undefined && other !== upload.checksumAlgorithm) {
        throw invalidRequest(
          `The upload was created using the ${upload.checksumAlgorithm.toLowerCase()} checksum algorithm, and ${other.toLowerCase()} was given to complete it.`,
        );
      }
      const size = headers['x-amz-mp-object-size'];
      const type = headers['x-amz-checksum-type'];
      if (type !== undefined && type !== upload.checksumType) {
        throw invalidRequest(
          `The upload was created with the ${upload.checksumType} checksum type. The complete request must be the same.`,
        );
      }
      const asked = {
        condition,
        ...(checksum !== undefined && { checksum }),
        ...(size !== undefined && { size: Number(size) }),
      };
      const parts = allOf(body, 'Part').map((part) => readPart(part, upload.checksumAlgorithm));
      const object = await s3.uploads.complete(upload, parts, asked, cause);
      return xml(
        'CompleteMultipartUploadResult',
        {
          Location: `${s3.context.endpoint()}/${bucket}/${keyWriter('url')(key)}`,
          Bucket: bucket,
          Key: key,
          ETag: `"${object.eTag}"`,
          ...checksumElements(object),
        },
        {
          'x-amz-server-side-encryption': 'AES256',
          ...versionHeader(object, call.settings().versioning),
          ...expirationHeader(object, call.settings()),
        },
      );
    },
  },

  AbortMultipartUpload: {
    run: (call) => {
      call.allow('s3:AbortMultipartUpload');
      call.s3.uploads.abort(findUpload(call));
      return noContent();
    },
  },
};

/** By default the whole object has a CRC-64; an algorithm that was asked for is by default made of the parts' checksums. */
function readChecksum({ headers }: Call): Pick<Upload, 'checksumAlgorithm' | 'checksumType' | 'checksumAsked'> {
  const asked = headers['x-amz-checksum-algorithm'];
  const checksumAlgorithm: ChecksumAlgorithm = asked === undefined ? 'CRC64NVME' : readAlgorithm(asked);
  const usual: Checksum['type'] = checksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const type = headers['x-amz-checksum-type'] ?? usual;
  const possible =
    checksumAlgorithm === 'CRC64NVME'
      ? ['FULL_OBJECT']
      : checksumAlgorithm.startsWith('SHA')
        ? ['COMPOSITE']
        : ['FULL_OBJECT', 'COMPOSITE'];
  if (!possible.includes(type)) {
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${checksumAlgorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { checksumAlgorithm, checksumType: type as Checksum['type'], checksumAsked: asked !== undefined };
}

async function putPart(call: Call, upload: Upload, bytes: Buffer, headers: Call['headers']): Promise<UploadedPart> {
  const { s3, query } = call;
  const number = Number(query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MOST_PARTS) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      query.get('partNumber') ?? '',
    );
  }
  const verified = verifyBody(bytes, headers, upload.checksumAlgorithm);
  if (verified.algorithm !== upload.checksumAlgorithm && upload.checksumAsked) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksumAlgorithm.toLowerCase()}, actual checksum Type: ${verified.algorithm.toLowerCase()}`,
    );
  }
  const checksum =
    verified.algorithm === upload.checksumAlgorithm ? verified.value : checksumOf(upload.checksumAlgorithm, bytes);
  const part = await s3.blobs.write(s3.newBlobId(), bytes);
  const eTag = createHash('md5').update(bytes).digest('hex');
  return s3.uploads.putPart(upload, { ...part, number, eTag, checksum });
}

function readPart(part: XmlElement, algorithm: ChecksumAlgorithm): ListedPart {
  only(part, 'Part', [
    'PartNumber',
    'ETag',
    'ChecksumCRC32',
    'ChecksumCRC32C',
    'ChecksumCRC64NVME',
    'ChecksumSHA1',
    'ChecksumSHA256',
  ]);
  const number = Number(textOf(part, 'PartNumber'));
  const eTag = textOf(part, 'ETag')?.replace(/^"(.*)"$/, '$1');
  if (!Number.isInteger(number) || eTag === undefined) throw malformedXml();
  if (number < 1 || number > MOST_PARTS) throw new AwsError('InvalidArgument', 'PartNumber must be >= 1 and <= 10000');
  const checksum = textOf(part, `Checksum${algorithm}`);
  return { number, eTag, ...(checksum !== undefined && { checksum }) };
}

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../core/aws-error.ts';
import { crc32c, crc64nvme } from './crc.ts';
import { invalidArgument, invalidRequest } from './errors.ts';
import type { ChecksumAlgorithm } from './model.ts';

type Headers = Readonly<Record<string, string>>;

const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  ...{ CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 },
};
const MD5_BYTES = 16;

export const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'];

/** Base64, as in S3's headers. */
export function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): string {
  switch (algorithm) {
    case 'CRC32':
      return fourBytes(crc32(bytes)).toString('base64');
    case 'CRC32C':
      return fourBytes(crc32c(bytes)).toString('base64');
    case 'CRC64NVME':
      return crc64nvme(bytes).toString('base64');
    case 'SHA1':
    case 'SHA256':
      return createHash(algorithm.toLowerCase()).update(bytes).digest('base64');
  }
}

function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** `x-amz-checksum-crc32`, … */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Reads `CRC32` in any case. Throws AwsError InvalidRequest for what S3 does not know. */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name.toUpperCase());
  if (algorithm === undefined) throw invalidRequest(`Checksum algorithm provided is unsupported: ${name}`);
  return algorithm;
}

/** The one checksum among the headers (or trailers). Throws AwsError InvalidRequest if there are several, or if it is none at all. */
export function statedChecksum(headers: Headers): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const stated = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = headers[checksumHeader(algorithm)];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (stated.length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  const [one] = stated;
  if (one === undefined || isChecksum(one.value, one.algorithm)) return one;
  const name = checksumHeader(one.algorithm);
  const isTrailer = headers['x-amz-trailer']?.toLowerCase().includes(name) === true;
  throw invalidRequest(`Value for ${name} ${isTrailer ? 'trailing header' : 'header'} is invalid.`);
}

/**
 * Verifies what the client says of the body: its checksum, its Content-MD5, its SHA-256. Returns the checksum to keep; where the
 * client gives none that is `otherwise`, computed here, as S3 does. Throws AwsError BadDigest, XAmzContentSHA256Mismatch, and for what is
 * no digest at all InvalidDigest, InvalidRequest or InvalidArgument.
 */
export function verifyBody(
  bytes: Uint8Array,
  headers: Headers,
  otherwise: ChecksumAlgorithm = 'CRC64NVME',
): { algorithm: ChecksumAlgorithm; value: string } {
  verifyMd5(bytes, headers);
  verifySha256(bytes, headers['x-amz-content-sha256']);
  const stated = statedChecksum(headers);
  checkAnnounced(headers, stated?.algorithm);
  if (stated === undefined) return { algorithm: otherwise, value: checksumOf(otherwise, bytes) };
  if (checksumOf(stated.algorithm, bytes) !== stated.value) {
    throw new AwsError('BadDigest', `The ${stated.algorithm} you specified did not match the calculated checksum.`);
  }
  return stated;
}

/** Throws AwsError BadDigest, or InvalidDigest for what is no MD5 in base64. */
export function verifyMd5(bytes: Uint8Array, { 'content-md5': stated }: Headers): void {
  if (stated === undefined) return;
  if (!isBase64Of(stated, MD5_BYTES)) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.', 400, { 'Content-MD5': stated });
  }
  const computed = createHash('md5').update(bytes).digest('base64');
  if (computed !== stated) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.', 400, {
      ExpectedDigest: stated,
      CalculatedDigest: computed,
    });
  }
}

function verifySha256(bytes: Uint8Array, stated: string | undefined): void {
  if (stated === undefined || stated === 'UNSIGNED-PAYLOAD' || stated.startsWith('STREAMING-')) return;
  if (!/^[0-9a-f]{64}$/i.test(stated)) {
    throw invalidArgument(
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
      'x-amz-content-sha256',
      stated,
    );
  }
  const computed = createHash('sha256').update(bytes).digest('hex');
  if (computed === stated) return;
  throw new AwsError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    400,
    { ClientComputedContentSHA256: stated, S3ComputedContentSHA256: computed },
  );
}

/** The algorithm that an SDK announces is the one of the checksum that it sends. */
function checkAnnounced(headers: Headers, algorithm: ChecksumAlgorithm | undefined): void {
  const announced = headers['x-amz-sdk-checksum-algorithm'];
  if (announced === undefined || announced.toUpperCase() === algorithm) return;
  if (algorithm !== undefined || !CHECKSUM_ALGORITHMS.some((known) => known === announced.toUpperCase())) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  throw invalidRequest(
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  );
}

/** Of a multipart upload made of its parts' checksums: with their number behind it. */
const COMPOSITE = /-\d+$/;

function isChecksum(value: string, algorithm: ChecksumAlgorithm): boolean {
  return isBase64Of(value.replace(COMPOSITE, ''), CHECKSUM_BYTES[algorithm]);
}

function isBase64Of(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../../aws-error.ts';
import { crc32c, crc64nvme } from './crc.ts';
import { invalidRequest } from './errors.ts';
import type { ChecksumAlgorithm } from './model.ts';

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

/** The one checksum among the headers (or trailers). Throws AwsError InvalidRequest if there are several. */
export function statedChecksum(
  headers: Readonly<Record<string, string>>,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const stated = CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = headers[checksumHeader(algorithm)];
    return value === undefined ? [] : [{ algorithm, value }];
  });
  if (stated.length > 1)
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  return stated[0];
}

/**
 * Verifies what the client says of the body: its checksum, its Content-MD5, its SHA-256. Returns the checksum to keep; where the
 * client gives none that is `otherwise`, computed here, as S3 does. Throws AwsError BadDigest, XAmzContentSHA256Mismatch.
 */
export function verifyBody(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  otherwise: ChecksumAlgorithm = 'CRC64NVME',
): { algorithm: ChecksumAlgorithm; value: string } {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && createHash('md5').update(bytes).digest('base64') !== md5) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const sha256 = headers['x-amz-content-sha256'];
  if (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256)) {
    const computed = createHash('sha256').update(bytes).digest('hex');
    if (computed !== sha256) {
      throw new AwsError(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        400,
        { ClientComputedContentSHA256: sha256, S3ComputedContentSHA256: computed },
      );
    }
  }
  const stated = statedChecksum(headers);
  if (stated === undefined) return { algorithm: otherwise, value: checksumOf(otherwise, bytes) };
  if (checksumOf(stated.algorithm, bytes) !== stated.value) {
    throw new AwsError('BadDigest', `The ${stated.algorithm} you specified did not match the calculated checksum.`);
  }
  return stated;
}

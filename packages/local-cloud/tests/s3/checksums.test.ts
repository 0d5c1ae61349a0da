import { describe, expect, test } from '@jest/globals';
import { unchunk } from '../../src/services/s3/aws-chunked.ts';
import { CHECKSUM_ALGORITHMS, checksumOf, verifyBody } from '../../src/services/s3/checksums.ts';

const digits = Buffer.from('123456789');

// The check values that the definitions of these algorithms give for the nine digits.
test.each([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
] as const)('%s of the nine digits is as defined', (algorithm, hex) => {
  expect(Buffer.from(checksumOf(algorithm, digits), 'base64').toString('hex')).toBe(hex);
});

describe('a body', () => {
  test('without a checksum of its own gets a CRC-64', () => {
    expect(verifyBody(digits, {})).toEqual({ algorithm: 'CRC64NVME', value: 'rosUhgp5mIg=' });
  });

  test.each([
    [{ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest'],
    [{ 'x-amz-checksum-crc32c': 'AAAAAA==' }, 'BadDigest'],
    [{ 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
    [{ 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-sha1': 'AAAA' }, 'InvalidRequest'],
  ])('that is not what %j says is refused', (headers, code) => {
    expect(() => verifyBody(digits, headers)).toThrow(expect.objectContaining({ code }));
  });
});

describe('what is no digest at all', () => {
  test.each(['', 'AAAA', 'no base64 of 16 byte', 'AAAAAAAAAAAAAAAAAAAAAA', 'd41d8cd98f00b204e9800998ecf8427e'])(
    'is refused as Content-MD5: %j',
    (md5) => {
      expect(() => verifyBody(digits, { 'content-md5': md5 })).toThrow(
        expect.objectContaining({ code: 'InvalidDigest', message: 'The Content-MD5 you specified was invalid.' }),
      );
    },
  );

  test.each(
    CHECKSUM_ALGORITHMS.flatMap((algorithm) =>
      ['', 'AAA=', 'cbf43926', `${checksumOf(algorithm, digits)} `, '*'.repeat(12)].map((value) => [algorithm, value]),
    ),
  )('is refused as %s: %j', (algorithm, value) => {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`;
    const refused = (what: string) =>
      expect.objectContaining({ code: 'InvalidRequest', message: `Value for ${name} ${what} is invalid.` });
    expect(() => verifyBody(digits, { [name]: value })).toThrow(refused('header'));
    expect(() => verifyBody(digits, { [name]: value, 'x-amz-trailer': name })).toThrow(refused('trailing header'));
  });

  test.each(['', 'abc', 'UNSIGNED', `${'0'.repeat(63)}g`])('is refused as x-amz-content-sha256: %j', (value) => {
    expect(() => verifyBody(digits, { 'x-amz-content-sha256': value })).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining('valid sha256 value') }),
    );
  });

  test.each([
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC16' }, 'Value for x-amz-sdk-checksum-algorithm header is invalid.'],
    [
      { 'x-amz-sdk-checksum-algorithm': 'SHA1', 'x-amz-checksum-crc32': 'y/Q5Jg==' },
      'Value for x-amz-sdk-checksum-algorithm header is invalid.',
    ],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'no corresponding x-amz-checksum-* or x-amz-trailer headers'],
  ])('is refused where %j announces it', (headers, message) => {
    expect(() => verifyBody(digits, headers)).toThrow(
      expect.objectContaining({ code: 'InvalidRequest', message: expect.stringContaining(message) }),
    );
  });
});

describe('an aws-chunked body', () => {
  const encoded = '5;chunk-signature=abc\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n';

  test('is put together, its trailers read', () => {
    const { bytes, trailers } = unchunk(Buffer.from(encoded), '6');
    expect(bytes.toString()).toBe('hello!');
    expect(trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAA' });
  });

  test.each([
    ['cut short', encoded.slice(0, 32), '6'],
    ['of another length', encoded, '7'],
    ['no chunks at all', 'hello', '5'],
    ['empty', '', '0'],
  ])('that is %s is refused', (_, body, length) => {
    expect(() => unchunk(Buffer.from(body), length)).toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
  });
});

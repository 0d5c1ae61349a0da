import { createHash, createHmac } from 'node:crypto';

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';

import { LIFETIME, periodOf, type PictureUrls } from '../gallery/picture-urls.ts';
import { bucketAddress, type Endpoint } from './bucket-address.ts';

/** What a signer is made of: credentials and region of any AWS client of the function. To load S3's for that would cost a cold start 40 ms. */
type Signed = Pick<DynamoDBClient['config'], 'credentials' | 'region'>;

/**
 * Pictures by presigned GET. A page has up to three hundred of them, so they are signed by the SDK's own signer without the rest of a
 * client around it: 0.07 ms each, not 0.7.
 *
 * Each tells S3 which Content-Type and Content-Disposition to answer with, so that nothing that somebody uploaded is ever shown as a page.
 */
export function presignedPictures({ credentials, region }: Signed, thumbnailsBucket: string, endpoint: Endpoint = {}) {
  const signer = new SignatureV4({
    service: 's3',
    credentials,
    region,
    sha256: Sha256,
    // S3 takes paths as they are.
    uriEscapePath: false,
    applyChecksum: false,
  });

  /** Made once for every answer. */
  return function pictureUrls(now: Date): PictureUrls {
    const { start, expireAt } = periodOf(now);
    async function presign(bucket: string, key: string, query: Record<string, string>): Promise<string> {
      const { origin, path } = bucketAddress(bucket, await region(), endpoint);
      const { protocol, hostname, port, host } = new URL(origin);
      const request = {
        ...{
          method: 'GET',
          protocol,
          hostname,
          path: `${path}/${escaped(key)}`,
          query,
          headers: { host, ...unsigned },
        },
        ...(port !== '' && { port: Number(port) }),
      };
      const options = { expiresIn: LIFETIME / 1_000, signingDate: start };
      const { query: signed = {} } = await signer.presign(request, options);
      const pairs = Object.entries(signed).map(([name, value]) => `${encode(name)}=${encode(String(value))}`);
      return `${origin}${request.path}?${pairs.join('&')}`;
    }

    return {
      period: start.toISOString(),
      expireAt,
      ofOutput: ({ key, format }) =>
        presign(thumbnailsBucket, key, {
          'response-content-type': `image/${format}`,
          'response-content-disposition': 'inline',
        }),
      ofOriginal: ({ bucket, key }, { name, contentType }) =>
        presign(bucket, key, {
          'response-content-type': contentType,
          'response-content-disposition': attachment(name),
        }),
    };
  };
}

/** As S3 has it in presigned requests: nothing is said of a body. The signer takes it over into the query. */
const unsigned = { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };

/** RFC 6266: a name for old programs, of ASCII alone, and the whole one for all others. */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w .()-]/gu, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encode(name)}`;
}

function escaped(key: string): string {
  return key.split('/').map(encode).join('/');
}

/** Percent-encoded as SigV4 has it: all but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/gu, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Node's own SHA-256, as the signer asks for one. */
class Sha256 {
  #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : Buffer.from(viewOf(secret)));
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof chunk === 'string' ? chunk : Buffer.from(viewOf(chunk)));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('a hash is used once');
  }
}

function viewOf(bytes: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
}

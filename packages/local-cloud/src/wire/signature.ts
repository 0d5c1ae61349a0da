import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { Signing, WireRequest } from './messages.ts';

type Signed = Pick<WireRequest, 'method' | 'path' | 'headers' | 'body'> & {
  /** As sent: percent-encoded, without the question mark. */
  rawQuery: string;
};

type Claim = {
  presigned: boolean;
  /** `20130524T000000Z` */
  date: string;
  /** `20130524/us-east-1/s3/aws4_request` */
  scope: string;
  service: string;
  signedHeaders: readonly string[];
  signature: string;
};

const ALGORITHM = 'AWS4-HMAC-SHA256';
const LONGEST_EXPIRY_S = 7 * 24 * 60 * 60;

/**
 * Verifies a request that is signed by Signature Version 4, in its headers or, presigned, in its query. Without a secret only the
 * expiry of a presigned URL counts; who is `trusted` may sign its own requests with anything, but not what it hands on. Returns what
 * the chunks of the body are to be signed with, where that is known. Throws AwsError SignatureDoesNotMatch, AccessDenied, or
 * InvalidRequest for an older signature version.
 */
export function verifySignature(
  request: Signed,
  { secretAccessKey, trusted = false }: { secretAccessKey?: string; trusted?: boolean },
  now: Date,
): Signing | undefined {
  const query = readQuery(request.rawQuery);
  const claim = readClaim(request.headers, query);
  if (claim === undefined) return undefined;
  if (claim.presigned) {
    checkExpiry(claim, query, now);
    checkHeaders(request.headers, claim);
  }
  if (secretAccessKey === undefined || (trusted && !claim.presigned)) return undefined;
  const key = signingKey(claim.scope, secretAccessKey);
  if (!equal(claim.signature, sign(claim, canonicalRequest(request, claim, query), key))) throw doesNotMatch();
  return { key, date: claim.date, scope: claim.scope, signature: claim.signature };
}

/** Verifies a signature of a text itself, as of the policy of a form. Throws AwsError SignatureDoesNotMatch. */
export function verifyText(text: string, signature: string, scope: string, secretAccessKey: string): void {
  const expected = hmac(signingKey(scope, secretAccessKey), text).toString('hex');
  if (!equal(signature, expected)) throw doesNotMatch();
}

/**
 * Verifies one chunk of a signed body, the signature of the one before being known. Throws AwsError SignatureDoesNotMatch. Of the
 * trailers after the last chunk `kind` is `TRAILER` and the text is signed as `name:value` lines.
 */
export function verifyChunk(
  { key, date, scope, signature: previous }: Signing,
  chunk: Uint8Array,
  signature: string,
  kind: 'PAYLOAD' | 'TRAILER' = 'PAYLOAD',
): Signing {
  const hashes = kind === 'PAYLOAD' ? [sha256(''), sha256(chunk)] : [sha256(chunk)];
  const text = [`${ALGORITHM}-${kind}`, date, scope, previous, ...hashes].join('\n');
  if (!equal(signature, hmac(key, text).toString('hex'))) throw doesNotMatch();
  return { key, date, scope, signature };
}

/** Of signature version 2, which S3 refuses for each bucket that was made after June 2020. */
export function isOutdated(): AwsError {
  return new AwsError(
    'InvalidRequest',
    `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`,
  );
}

function doesNotMatch(): AwsError {
  return new AwsError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
  );
}

function readClaim(headers: Signed['headers'], query: ReadonlyMap<string, string>): Claim | undefined {
  const fields = query.has('X-Amz-Signature')
    ? {
        credential: query.get('X-Amz-Credential'),
        signedHeaders: query.get('X-Amz-SignedHeaders'),
        signature: query.get('X-Amz-Signature'),
        date: query.get('X-Amz-Date'),
      }
    : { ...authorizationOf(headers.authorization ?? ''), date: headers['x-amz-date'] };
  if (headers.authorization?.startsWith('AWS ') === true || query.has('AWSAccessKeyId')) {
    throw isOutdated();
  }
  if (fields.signature === undefined) return undefined;
  const [, scope = '', service = ''] =
    /^[^/]+\/(\d{8}\/[^/]+\/([^/]+)\/aws4_request)$/.exec(fields.credential ?? '') ?? [];
  if (scope === '' || fields.signedHeaders === undefined || !/^\d{8}T\d{6}Z$/.test(fields.date ?? '')) {
    throw new AwsError('AuthorizationHeaderMalformed', 'The authorization of the request is malformed.');
  }
  return {
    presigned: query.has('X-Amz-Signature'),
    date: fields.date ?? '',
    scope,
    service,
    signedHeaders: fields.signedHeaders.split(';'),
    signature: fields.signature,
  };
}

function authorizationOf(header: string): { credential?: string; signedHeaders?: string; signature?: string } {
  if (!header.startsWith(`${ALGORITHM} `)) return {};
  const field = (name: string): string => new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1] ?? '';
  return { credential: field('Credential'), signedHeaders: field('SignedHeaders'), signature: field('Signature') };
}

function checkExpiry({ date }: Claim, query: ReadonlyMap<string, string>, now: Date): void {
  const seconds = Number(query.get('X-Amz-Expires'));
  if (!(Number.isInteger(seconds) && seconds >= 0 && seconds <= LONGEST_EXPIRY_S)) {
    throw new AwsError(
      'AuthorizationQueryParametersError',
      `X-Amz-Expires must be a number of seconds up to ${LONGEST_EXPIRY_S} (a week).`,
    );
  }
  const signedAt = Date.parse(date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const expires = new Date(signedAt + seconds * 1000);
  if (expires < now) {
    throw new AwsError('AccessDenied', 'Request has expired', 403, {
      'X-Amz-Expires': String(seconds),
      Expires: expires.toISOString(),
      ServerTime: now.toISOString(),
    });
  }
}

/** What the signer did not sign, whoever holds the URL must not add: a header could change what the request means. */
function checkHeaders(headers: Signed['headers'], { signedHeaders }: Claim): void {
  const added = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (added.length > 0) {
    throw new AwsError('AccessDenied', 'There were headers present in the request which were not signed', 403, {
      HeadersNotSigned: added.join(', '),
    });
  }
}

function canonicalRequest(request: Signed, claim: Claim, query: ReadonlyMap<string, string>): string {
  const { method, path, headers, body } = request;
  const parameters = [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const values = claim.signedHeaders.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const s3 = claim.service === 's3';
  const payload = headers['x-amz-content-sha256'] ?? (s3 && claim.presigned ? 'UNSIGNED-PAYLOAD' : sha256(body));
  return [
    method,
    // All services but S3 sign the path encoded once more than it is sent.
    s3 ? path : path.split('/').map(encode).join('/'),
    parameters.join('&'),
    values.join(''),
    claim.signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function sign({ date, scope }: Claim, canonical: string, key: Buffer): string {
  return hmac(key, [ALGORITHM, date, scope, sha256(canonical)].join('\n')).toString('hex');
}

/** Of a day, a region and a service: a secret that opens nothing else. */
function signingKey(scope: string, secretAccessKey: string): Buffer {
  return scope.split('/').reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${secretAccessKey}`));
}

/** Names and values decoded; a plus sign is itself. */
function readQuery(raw: string): Map<string, string> {
  const pairs = raw === '' ? [] : raw.split('&');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decode(name), decode(value.join('='))];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

import { createHash } from 'node:crypto';
import { brotliCompressSync, constants } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

import type { Problem } from '../gallery/problem.ts';
import type { HttpRequest } from './http-request.ts';

/** What a function answers. `json` is made only where it is needed: not for a 304. */
export type HttpAnswer = {
  status: number;
  headers?: Readonly<Record<string, string>>;
  json?: () => Promise<unknown>;
  /** What the answer's ETag is made of, for an answer that may be asked for again. */
  substance?: unknown;
  /** Bytes that are sent as they are, `headers` telling what they are. */
  bytes?: Uint8Array;
};

/** As Lambda hands it back to the HTTP API. */
export type HttpResult = APIGatewayProxyStructuredResultV2 & { statusCode: number; headers: Record<string, string> };

/** Below this a compressed body saves less than it costs, bytes. */
const WORTH_COMPRESSING = 1_400;

/** For every response: a browser must not guess the content type, and must not send a referrer. */
const always = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

export async function resultOf(request: HttpRequest, answer: HttpAnswer): Promise<HttpResult> {
  const { status: statusCode, substance, json, bytes } = answer;
  const etag = substance === undefined ? undefined : weakTag(substance);
  const headers = { ...always, 'cache-control': 'no-store', ...(etag !== undefined && { etag }), ...answer.headers };
  if (etag !== undefined && matches(request, etag)) return { statusCode: 304, headers };
  if (json !== undefined) {
    const text = JSON.stringify(await json());
    return { statusCode, ...encoded(request, text, { 'content-type': 'application/json', ...headers }) };
  }
  if (bytes === undefined) return { statusCode, headers };
  return { statusCode, headers, body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true };
}

export function problemResult(problem: Problem, requestId: string): HttpResult {
  const isOurs = problem.status >= 500;
  return {
    statusCode: problem.status,
    headers: {
      ...always,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(problem.status === 503 && { 'retry-after': '3' }),
    },
    body: JSON.stringify(problem.document(isOurs ? requestId : undefined)),
  };
}

/** Whether the client has it already. Weakly compared, as RFC 9110 has it for If-None-Match. */
export function matches({ headers }: Pick<HttpRequest, 'headers'>, etag: string): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  const opaque = (tag: string): string => tag.trim().replace(/^W\//u, '');
  return known.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag));
}

/** Whether the client takes brotli: named, and not with a weight of nothing. */
export function takesBrotli({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  const entry = (headers['accept-encoding'] ?? '').split(',').find((one) => /^\s*br\s*(;|$)/iu.test(one));
  return entry !== undefined && !/;\s*q=0(\.0*)?\s*$/iu.test(entry);
}

/** Weak: two answers of one substance may be signed, or compressed, differently. */
function weakTag(substance: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(substance)).digest('base64url');
  return `W/"${hash.slice(0, 22)}"`;
}

function encoded(request: HttpRequest, text: string, headers: Record<string, string>) {
  const varying = { ...headers, vary: 'accept-encoding' };
  if (Buffer.byteLength(text) < WORTH_COMPRESSING || !takesBrotli(request)) return { headers: varying, body: text };
  // A hundred images are half a megabyte of URLs that are nearly the same. A higher quality costs more than it saves on the way.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };
  return {
    headers: { ...varying, 'content-encoding': 'br' },
    body: brotliCompressSync(text, { params }).toString('base64'),
    isBase64Encoded: true,
  };
}

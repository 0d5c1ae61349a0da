import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import type { Api, WireRequest, WireResponse } from '../../../wire/messages.ts';
import { document } from '../../../wire/xml.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader } from '../checksums.ts';
import { S3Error } from '../errors.ts';
import { principalIdOf } from '../event-record.ts';
import { bucketOperations } from './bucket-operations.ts';
import { bucketSettingOperations } from './bucket-setting-operations.ts';
import { callOn, refuseUnread, type Call, type Operation } from './call.ts';
import type { S3OfApi } from './types.ts';
import { answerPreflight, corsHeaders } from './cors.ts';
import { listingOperations } from './listing-operations.ts';
import { multipartOperations } from './multipart-operations.ts';
import { notificationOperations } from './notification-operations.ts';
import { objectReads } from './object-reads.ts';
import { objectWrites } from './object-writes.ts';
import { operationName } from './operation-name.ts';
import { checkPage, sandboxed } from './pages.ts';
import { readTarget, type Target } from './target.ts';

const operations: Readonly<Record<string, Operation>> = {
  ...bucketOperations,
  ...bucketSettingOperations,
  ...listingOperations,
  ...multipartOperations,
  ...notificationOperations,
  ...objectReads,
  ...objectWrites,
};

/** S3's REST-XML API over its state. */
export function s3Api(s3: S3OfApi): Api {
  const readable = (answer: WireResponse, request: WireRequest): WireResponse => ({
    ...answer,
    headers: { ...corsHeaders(s3, request), ...answer.headers },
  });
  const answerError = (error: AwsError, request: WireRequest): WireResponse =>
    readable(s3Error(error, request), request);
  return {
    signingName: 's3',
    // What a bucket is open to, its CORS rules, its policy and signatures say.
    opensTo: () => true,
    handle: async (request) => {
      try {
        return sandboxed(readable(await handle(s3, request), request), request);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return answerError(error, request);
      }
    },
    answerError,
  };
}

async function handle(s3: S3OfApi, request: WireRequest): Promise<WireResponse> {
  const target = readTarget(request);
  if (request.method === 'OPTIONS') return answerPreflight(s3, request, target);
  checkPage(s3, request, target);
  const call = createCall(s3, request, target);
  const { name, subresource } = operationName(
    request.method,
    target,
    request.query,
    call.headers['x-amz-copy-source'] !== undefined,
  );
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) throw notImplemented(`s3:${name}`);
  refuseUnread(name, operation, subresource, call);
  const response = await operation.run(call);
  return { ...response, headers: { 'x-amz-id-2': call.cause.hostId, ...response.headers } };
}

/**
 * What an SDK computes over the empty body that it has while it signs (by default since 2025): S3 takes no notice of it, or no URL that was
 * presigned for an upload would work.
 */
const OF_NO_BODY = new Set(['x-amz-sdk-checksum-algorithm', ...CHECKSUM_ALGORITHMS.map(checksumHeader)]);

/** The parameters of a presigned URL that sign it; all other `x-amz-` parameters of it stand for headers. */
const SIGNING = new Set(
  ['algorithm', 'credential', 'date', 'expires', 'signedheaders', 'signature', 'security-token'].map(
    (name) => `x-amz-${name}`,
  ),
);

function createCall(s3: S3OfApi, request: WireRequest, target: Target): Call {
  const hoisted = [...request.query].flatMap(([name, value]) => {
    const header = name.toLowerCase();
    const counts = header.startsWith('x-amz-') && !SIGNING.has(header) && !OF_NO_BODY.has(header);
    return counts ? [[header, value] as const] : [];
  });
  const cause = {
    requestId: request.requestId,
    hostId: Buffer.from(`local-cloud:${request.requestId}`).toString('base64'),
    principalId: principalIdOf(request.callerArn),
    sourceIpAddress: '127.0.0.1',
  };
  const headers = { ...Object.fromEntries(hoisted), ...request.headers };
  return callOn({ s3, request, headers, query: request.query, cause }, target);
}

function s3Error(error: AwsError, { method, requestId, path }: WireRequest): WireResponse {
  const headers = error instanceof S3Error ? error.headers : {};
  // HEAD and 304 answer without a body: clients make do with the status.
  if (method === 'HEAD' || error.status === 304) return { status: error.status, headers };
  const { code, message, details } = error;
  return {
    status: error.status,
    headers: { ...headers, 'content-type': 'application/xml' },
    body: document('Error', { Code: code, Message: message, Resource: path, ...details, RequestId: requestId }),
  };
}

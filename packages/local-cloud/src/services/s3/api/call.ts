import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import { ANONYMOUS, type WireRequest, type WireResponse } from '../../../wire/messages.ts';
import { document, type XmlValue } from '../../../wire/xml.ts';
import { unchunk } from '../aws-chunked.ts';
import { ALL_BLOCKED } from '../bucket-policy.ts';
import type { Cause } from '../event-record.ts';
import type { Bucket } from '../model.ts';
import { isPublic } from '../public-policy.ts';
import type { S3OfApi } from './types.ts';
import type { Target } from './target.ts';

/** A request, as an operation sees it. */
export type Call = Target & {
  s3: S3OfApi;
  request: WireRequest;
  /** Those of the request, and what a presigned URL carries instead of headers. */
  headers: Readonly<Record<string, string>>;
  query: URLSearchParams;
  cause: Cause;
  /**
   * Asks the caller's permission, by role and bucket policy, for the object (default) or its bucket. Throws AwsError NoSuchBucket or
   * AccessDenied.
   */
  allow: (action: string, on?: 'object' | 'bucket', context?: Readonly<Record<string, string>>) => void;
  /** The bucket as it is set. Throws AwsError NoSuchBucket. */
  settings: () => Bucket;
};

/** The call, about a bucket and key: for the requests that are about several (a copy, DeleteObjects). */
export function callOn(call: Omit<Call, 'bucket' | 'key' | 'allow' | 'settings'>, { bucket, key }: Target): Call {
  const settings: Call['settings'] = () => call.s3.buckets.get(bucket);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  return {
    ...call,
    bucket,
    key,
    settings,
    allow: (action, on = 'object', context = {}) => {
      const resource = on === 'bucket' ? bucketArn : `${bucketArn}/${key}`;
      const policy = policyFor(call.request, settings());
      call.request.authorize(action, resource, { 'aws:SourceIp': call.cause.sourceIpAddress, ...context }, policy);
    },
  };
}

/** A bucket's policy, as it counts for this caller: where RestrictPublicBuckets holds, a public one is for the account's own only. */
function policyFor(
  { callerArn }: WireRequest,
  { policy, publicAccessBlock = ALL_BLOCKED }: Bucket,
): object | undefined {
  const restricted = callerArn === ANONYMOUS && publicAccessBlock.RestrictPublicBuckets;
  return restricted && policy !== undefined && isPublic(policy) ? undefined : policy;
}

/** What an operation reads, beside what all do. A header or parameter that nobody reads is refused by name. */
export type Operation = {
  /** Beginning with `x-amz-`, where a `*` at the end stands for any ending; and the conditions. */
  headers?: readonly string[];
  parameters?: readonly string[];
  run: (call: Call) => Promise<WireResponse> | WireResponse;
};

export const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

export function xml(root: string, value: XmlValue, headers: Record<string, string> = {}): WireResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml', ...headers },
    body: document(root, value, NAMESPACE),
  };
}

export function noContent(headers: Record<string, string> = {}): WireResponse {
  return { status: 204, headers };
}

/** Read for every operation: they sign, describe the body (see `readBody`), or have no effect here as on AWS. */
const everywhere = new Set([
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc32c',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-sha1',
  'x-amz-checksum-sha256',
  'x-amz-expected-bucket-owner',
  // No bucket here makes the requester pay, and none is locked: AWS ignores these then, too.
  'x-amz-request-payer',
  'x-amz-bypass-governance-retention',
]);

/** Who asks for a condition must not be answered without it. */
const conditions = new Set(['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range']);

/** SDKs name their operation in `x-id`. */
const everyParameter = new Set(['x-id']);

/** Throws AwsError NotImplemented, naming the first header or parameter that the operation does not read. */
export function refuseUnread(
  name: string,
  { headers = [], parameters = [] }: Omit<Operation, 'run'>,
  subresource: string,
  call: Call,
): void {
  const reads = (header: string): boolean =>
    headers.some((known) => (known.endsWith('*') ? header.startsWith(known.slice(0, -1)) : header === known));
  for (const header of Object.keys(call.headers)) {
    const counts = header.startsWith('x-amz-') ? !everywhere.has(header) : conditions.has(header);
    if (counts && !reads(header)) {
      throw notImplemented(`the header ${header} of s3:${name}`);
    }
  }
  for (const parameter of call.query.keys()) {
    const signs = parameter.toLowerCase().startsWith('x-amz-');
    if (!signs && parameter !== subresource && !everyParameter.has(parameter) && !parameters.includes(parameter)) {
      throw notImplemented(`the parameter ${parameter} of s3:${name}`);
    }
  }
  const owner = call.headers['x-amz-expected-bucket-owner'];
  if (owner !== undefined && owner !== call.s3.context.accountId)
    throw new AwsError('AccessDenied', 'Access Denied', 403);
}

/** The body without `aws-chunked`; its trailers count as headers. */
export function readBody({ request, headers }: Call): { bytes: Buffer; headers: Readonly<Record<string, string>> } {
  const chunked =
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true ||
    headers['content-encoding']?.split(',').some((coding) => coding.trim() === 'aws-chunked') === true;
  if (!chunked) {
    if (headers['transfer-encoding'] !== undefined && headers['content-length'] === undefined) {
      throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
    }
    return { bytes: request.body, headers };
  }
  const signed = headers['x-amz-content-sha256']?.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') === true;
  const length = headers['x-amz-decoded-content-length'];
  const { bytes, trailers } = unchunk(request.body, length, signed ? request.signing : undefined);
  for (const announced of headers['x-amz-trailer']?.split(',') ?? []) {
    if (trailers[announced.trim().toLowerCase()] === undefined) {
      throw new AwsError(
        'MalformedTrailerError',
        `The trailer ${announced.trim()} that x-amz-trailer announces is missing.`,
      );
    }
  }
  return { bytes, headers: { ...headers, ...trailers } };
}

import { AwsError } from '../../../core/aws-error.ts';
import type { WireRequest, WireResponse } from '../../../wire/messages.ts';
import { matchingRule, type CorsRule } from '../cors-rules.ts';
import type { S3OfApi } from './types.ts';
import { readTarget, type Target } from './target.ts';

const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

/** Answers a browser that asks whether a page may send a request (OPTIONS). Throws AwsError AccessForbidden where it may not. */
export function answerPreflight(s3: S3OfApi, { headers }: WireRequest, target: Target): WireResponse {
  const { origin, 'access-control-request-method': method } = headers;
  if (origin === undefined) {
    throw new AwsError('BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (method === undefined) throw new AwsError('BadRequest', 'Invalid Access-Control-Request-Method: null');
  const refuse = (why: string, resource: string): never => {
    throw new AwsError('AccessForbidden', `CORSResponse: ${why}`, 403, { Method: method, ResourceType: resource });
  };
  if (!s3.buckets.has(target.bucket)) return refuse('Bucket not found', 'BUCKET');
  const { cors } = s3.buckets.get(target.bucket);
  if (cors === undefined) return refuse('CORS is not enabled for this bucket.', 'BUCKET');
  const requested = (headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((header) => header.trim().toLowerCase())
    .filter((header) => header !== '');
  const match = matchingRule(cors, origin, method, requested);
  if (match === undefined) {
    return refuse(
      "This CORS request is not allowed. Origin, method or headers of the request are not among those that the bucket's rules allow.",
      target.key === '' ? 'BUCKET' : 'OBJECT',
    );
  }
  return {
    status: 200,
    headers: {
      ...allowing(match.rule, match.pattern, origin),
      ...(requested.length > 0 && { 'access-control-allow-headers': requested.join(', ') }),
    },
  };
}

/** What an answer, be it an error, says to the browser of a page elsewhere: without it the page may not read the answer. */
export function corsHeaders(s3: S3OfApi, request: WireRequest): Record<string, string> {
  const { origin } = request.headers;
  const rules = origin === undefined ? undefined : rulesFor(s3, request);
  if (origin === undefined || rules === undefined) return {};
  const match = matchingRule(rules, origin, request.method);
  return match === undefined ? { vary: VARY } : allowing(match.rule, match.pattern, origin);
}

function rulesFor(s3: S3OfApi, request: WireRequest): readonly CorsRule[] | undefined {
  try {
    return s3.buckets.get(readTarget(request).bucket).cors;
  } catch (error) {
    // Of what is no bucket there are no rules; the answer itself says what is wrong.
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** Everybody is allowed without credentials, an origin that a rule singles out with them. */
function allowing(rule: CorsRule, pattern: string, origin: string): Record<string, string> {
  const everybody = pattern === '*';
  return {
    'access-control-allow-origin': everybody ? '*' : origin,
    'access-control-allow-methods': rule.methods.join(', '),
    ...(!everybody && { 'access-control-allow-credentials': 'true' }),
    ...(rule.exposed.length > 0 && { 'access-control-expose-headers': rule.exposed.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: VARY,
  };
}

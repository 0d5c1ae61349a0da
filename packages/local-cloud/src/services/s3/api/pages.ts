import { AwsError } from '../../../core/aws-error.ts';
import type { WireRequest, WireResponse } from '../../../wire/messages.ts';
import { matchingRule } from '../cors-rules.ts';
import type { S3OfApi } from './types.ts';
import type { Target } from './target.ts';

/**
 * Whoever holds a presigned URL or form may use it from any page, as on AWS. But the root's keys are the same in every local cloud, and
 * any page could sign with them: from one that is not on this machine they count only where the bucket's CORS rules name it. Throws
 * AwsError AccessDenied.
 */
export function checkPage(s3: S3OfApi, { page, callerArn, method }: WireRequest, { bucket }: Target): void {
  if (page === undefined || page.isLocal || !callerArn.endsWith(':root')) return;
  const rules = s3.buckets.has(bucket) ? s3.buckets.get(bucket).cors : undefined;
  const match = rules && matchingRule(rules, page.origin, method);
  if (match !== undefined && isNamed(match.pattern)) return;
  throw new AwsError(
    'AccessDenied',
    `A browser sent this for a page of ${page.origin}, signed with keys that every page knows. Sign as a function's role, open the page on localhost, or name its origin in the bucket's CORS rules.`,
    403,
  );
}

/** `https://*.example.com` names a site, `*` and `https://*` do not. */
function isNamed(pattern: string): boolean {
  return /[a-z0-9]/i.test(pattern.replace(/^[^*]*:\/\//, '').replace(/:\d*$/, ''));
}

/**
 * An object that is opened as a page would be a part of the endpoint's origin, and could speak for whoever opened it: it is shown in a
 * sandbox. On AWS its origin is the bucket, behind which there is nothing else. (Browsers show no PDF in a sandbox; it is none of a page.)
 */
export function sandboxed(answer: WireResponse, { headers }: WireRequest): WireResponse {
  if (headers['sec-fetch-mode'] !== 'navigate' || answer.headers?.['content-type'] === 'application/pdf') return answer;
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': SANDBOX } };
}

const SANDBOX = 'sandbox allow-scripts allow-forms allow-popups allow-downloads allow-modals';

import type { AwsError } from '../core/aws-error.ts';
import type { Page } from './page.ts';

/**
 * Asks the caller's permission; throws AwsError AccessDenied. `resource` is an ARN; `context` holds IAM condition keys; `resourcePolicy`
 * is the resource's own policy where it has one: within an account either may allow, and neither may deny.
 */
export type Authorize = (
  action: string,
  resource: string,
  context?: Readonly<Record<string, string | readonly string[]>>,
  resourcePolicy?: unknown,
) => void;

/** Who does not sign: in place of an ARN, as CloudTrail writes it. */
export const ANONYMOUS = 'anonymous';

/** A request as it came over the wire, its caller known. */
export type WireRequest = {
  requestId: string;
  method: string;
  /** As sent: percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** ARN of the caller: the account's root for any credentials that are not a function's role; `ANONYMOUS` without any. */
  callerArn: string;
  authorize: Authorize;
  /** What the chunks of a signed streaming body are verified with; absent where the caller's secret is unknown, or trusted. */
  signing?: Signing;
  /** The page that a browser sends this for, where it is not the endpoint's own; the service has said that it `opensTo` it. */
  page?: Page;
  /** Aborts when the client goes away before it has its answer. */
  signal?: AbortSignal;
};

export type WireResponse = { status: number; headers?: Record<string, string>; body?: string | Uint8Array };

/** A service as the gateway sees it. Errors thrown as AwsError are answered in the service's own protocol. */
export type Api = {
  /** The name that clients sign with: `s3`, `sqs`, `sns`, `dynamodb`, `lambda`, `cloudformation`, … */
  signingName: string;
  handle: (request: WireRequest) => Promise<WireResponse>;
  /** Paths that belong to this service whoever signs: pages and documents that a browser asks for. Absent: none. */
  ownsPath?: (path: string) => boolean;
  /**
   * Does this request count if a page of another origin sends it? Such a page knows the keys that everybody uses here, so it is for
   * requests that a browser is meant to send and that guard themselves: by a code, a token, a signature that cannot be forged. Absent:
   * none does.
   */
  opensTo?: (page: Page, request: Pick<WireRequest, 'method' | 'path' | 'query' | 'headers'>) => boolean;
  /** How this service answers an error that it did not raise itself (a body too large, a fault); absent: as AWS JSON does. */
  answerError?: (error: AwsError, request: WireRequest) => WireResponse;
};
/** What the signatures of a body's chunks are made with, and the signature that the first of them follows. */
export type Signing = { key: Buffer; date: string; scope: string; signature: string };

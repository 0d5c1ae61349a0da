import { AwsError } from '../core/aws-error.ts';
import type { Api, WireRequest } from './messages.ts';
import type { IsOwnHost } from './own-host.ts';

/**
 * Why a request is not for us to answer, whoever signed it; undefined: it is. What others' names lead here for, and what pages elsewhere
 * send, changes nothing and tells nothing.
 */
export function refusalOf(request: WireRequest, api: Api | undefined, isOwnHost: IsOwnHost): AwsError | undefined {
  const { page, headers } = request;
  if (!isOwnHost(headers.host)) return misdirected(headers.host);
  if (page === undefined || api?.opensTo?.(page, request) === true) return undefined;
  return new AwsError(
    'AccessDenied',
    `A browser sent this for a page of another origin (${page.origin}). It is not for pages: any of them could send it, and nobody would know.`,
    403,
  );
}

function misdirected(host = ''): AwsError {
  return new AwsError(
    'MisdirectedRequest',
    `The local cloud is not ${JSON.stringify(host)}: it answers to 127.0.0.1, localhost and names below localhost, so that no web page can pass for it. If you want to be answered here, say so at the start: --allow-host ADDRESS.`,
    421,
  );
}

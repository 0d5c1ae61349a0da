import type { WireResponse } from '../../../wire/messages.ts';

/** Cognito's endpoints for programs let every page in: what they give is guarded by codes and tokens, not by cookies. */
export const anyOrigin = { 'access-control-allow-origin': '*' };

/** The answer to a browser that asks before a request. */
export function preflight(methods: string): WireResponse {
  return {
    status: 204,
    headers: {
      ...anyOrigin,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '3000',
    },
  };
}

/** An error as RFC 6749 section 5.2 writes it. */
export function oauthError(error: string, status = 400): WireResponse {
  return oauthJson({ error }, status);
}

export function oauthJson(body: object, status = 200): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', 'cache-control': 'no-store', ...anyOrigin },
    body: JSON.stringify(body),
  };
}

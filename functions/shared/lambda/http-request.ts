import { isObject } from '../json.ts';
import { InvalidEventError } from '../images/errors.ts';

/** A request as an HTTP API hands it on (payload format 2.0), read once. */
export type HttpRequest = {
  method: string;
  /** Decoded once by the HTTP API. */
  path: string;
  /** The route that was matched, as the template writes it: `GET /api/images/{imageId}`. Safe to log, unlike path and query. */
  route: string;
  parameters: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
  /** Of a token that the HTTP API has verified; empty on a route that asks for none. */
  claims: Readonly<Record<string, unknown>>;
};

/** Throws InvalidEventError if the event does not come from an HTTP API. Everything that a client sends is a request. */
export function readHttpRequest(event: unknown): HttpRequest {
  const { version, rawPath, rawQueryString, headers, pathParameters, body, isBase64Encoded, routeKey, requestContext } =
    isObject(event) ? event : {};
  const { http, authorizer } = isObject(requestContext) ? requestContext : {};
  const method = isObject(http) ? http['method'] : undefined;
  if (version !== '2.0' || typeof rawPath !== 'string' || typeof method !== 'string') {
    throw new InvalidEventError('the event is no request of an HTTP API with payload format 2.0');
  }
  const jwt = isObject(authorizer) && isObject(authorizer['jwt']) ? authorizer['jwt'] : {};
  return {
    method,
    path: rawPath,
    route: typeof routeKey === 'string' ? routeKey : '$default',
    parameters: texts(pathParameters),
    query: new URLSearchParams(typeof rawQueryString === 'string' ? rawQueryString : ''),
    headers: Object.fromEntries(Object.entries(texts(headers)).map(([name, value]) => [name.toLowerCase(), value])),
    body:
      typeof body !== 'string' ? '' : isBase64Encoded === true ? Buffer.from(body, 'base64').toString('utf8') : body,
    claims: isObject(jwt['claims']) ? jwt['claims'] : {},
  };
}

function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

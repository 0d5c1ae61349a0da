import type { Match } from './route-key.ts';
import type { Claims } from './authorize.ts';

/** A request as the HTTP API takes it. */
export type HttpRequest = {
  requestId: string;
  method: string;
  /** Percent-decoded, as HTTP APIs pass it on. */
  path: string;
  rawQuery: string;
  /** Names in lower case, in the order they came; those that came several times joined by commas. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  sourceIp: string;
  protocol: string;
  at: Date;
};

export type EventContext = {
  apiId: string;
  accountId: string;
  match: Match;
  /** Of the caller's token; absent where the route asks for none. */
  token?: { claims: Claims; scopes: readonly string[] };
  traceHeader: string;
  port: number;
};

/**
 * The event of a Lambda proxy integration, payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function requestEvent(request: HttpRequest, context: EventContext): object {
  const { method, path, rawQuery, headers, body, sourceIp, protocol, requestId, at } = request;
  const { match, token, apiId, accountId } = context;
  const { cookie, ...others } = headers;
  const query = [...new URLSearchParams(rawQuery)];
  const names = [...new Set(query.map(([name]) => name))];
  const isText = isTextBody(headers);
  const domainName = headers['host'] ?? '';
  return {
    version: '2.0',
    routeKey: match.route.routeKey,
    rawPath: path,
    rawQueryString: rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/).filter((one) => one !== '') }),
    headers: {
      ...others,
      ...(body.length > 0 && { 'content-length': String(body.length) }),
      'x-amzn-trace-id': context.traceHeader,
      'x-forwarded-for': [others['x-forwarded-for'], sourceIp].filter((one) => one !== undefined).join(', '),
      'x-forwarded-port': String(context.port),
      'x-forwarded-proto': 'http',
    },
    ...(query.length > 0 && {
      queryStringParameters: Object.fromEntries(
        names.map((name) => [name, query.flatMap(([one, value]) => (one === name ? [value] : [])).join(',')]),
      ),
    }),
    requestContext: {
      accountId,
      apiId,
      ...(token !== undefined && {
        authorizer: { jwt: { claims: token.claims, scopes: token.scopes.length > 0 ? token.scopes : null } },
      }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: { method, path, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey: match.route.routeKey,
      stage: '$default',
      time: requestTime(at),
      timeEpoch: at.getTime(),
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Text is passed on as it is, everything else (a form too) in base64. */
function isTextBody(headers: HttpRequest['headers']): boolean {
  if (headers['content-encoding'] !== undefined) return false;
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  return /^(text\/.+|application\/(json|javascript|xml|.+\+json|.+\+xml))$/i.test(type.trim());
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
export function requestTime(at: Date): string {
  const [date = '', time = ''] = at.toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day ?? ''}/${months[Number(month) - 1] ?? ''}/${year ?? ''}:${time} +0000`;
}

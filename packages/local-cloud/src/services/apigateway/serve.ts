import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../../core/aws-error.ts';
import { realTime } from '../../core/clock.ts';
import { AbortedRequestError, readBody } from '../../wire/request-body.ts';
import { logLine, type LogValues } from './access-log.ts';
import { GatewayFailure } from './failures.ts';
import { functionResponse, type HttpResponse } from './function-response.ts';
import type { HttpApi } from './model.ts';
import { requestEvent, requestTime, type EventContext, type HttpRequest } from './request-event.ts';
import { selectRoute, type Match } from './route-key.ts';
import { authorize, type KeysOfIssuer } from './authorize.ts';

/** AWS's quotas of HTTP APIs, which cannot be raised. Bytes. */
const LARGEST_BODY = 10 * 1024 * 1024;
const LARGEST_HEAD = 10_240;
/** What Lambda takes in one invocation. */
const LARGEST_EVENT = 6 * 1024 * 1024;

export type ServeParts = {
  /** As it is now. */
  api: () => HttpApi | undefined;
  accountId: string;
  requestId: () => string;
  traceHeader: () => string;
  /** May a request of this route be served now? */
  admit: (routeKey: string, api: HttpApi) => boolean;
  keysOf: KeysOfIssuer;
  /** By the cloud's clock, as whoever issues tokens here. */
  now: () => Date;
  /** Runs a function, if it lets this API in. Throws AwsError. */
  invoke: (call: { functionArn: string; sourceArn: string; event: string; traceHeader: string }) => Promise<{
    succeeded: boolean;
    payload: string;
  }>;
  executeArn: (apiId: string, method: string, path: string) => string;
  log: (group: string, line: string) => void;
  note: (text: string) => void;
};

type Served = { response: HttpResponse; values: LogValues };

/** Answers one request as an HTTP API does, and writes its access log. */
export async function serve(incoming: IncomingMessage, outgoing: ServerResponse, parts: ServeParts): Promise<void> {
  outgoing.on('error', () => undefined);
  const ms = realTime.stopwatch();
  const api = parts.api();
  const requestId = parts.requestId();
  try {
    const { request, failure } = await readRequest(incoming, requestId, api);
    const { response, values } =
      failure === undefined && api !== undefined
        ? await answer(request, api, parts)
        : failed(failure ?? new GatewayFailure(404), {});
    send(outgoing, request.method, requestId, response);
    const { accessLog } = api?.stage ?? {};
    if (api === undefined || accessLog === undefined) return;
    parts.log(
      accessLog.group,
      logLine(accessLog.format, {
        ...aboutRequest(request, api, parts.accountId),
        ...values,
        status: response.status,
        responseLength: request.method === 'HEAD' ? 0 : response.body.length,
        responseLatency: Math.round(ms()),
      }),
    );
  } catch (error) {
    if (error instanceof AbortedRequestError) return;
    parts.note(`The HTTP API could not answer ${incoming.method ?? ''} ${incoming.url ?? ''}: ${String(error)}`);
    outgoing.destroy();
  }
}

/** The request; `failure` if it is none that an API is asked about. */
async function readRequest(
  incoming: IncomingMessage,
  requestId: string,
  api: HttpApi | undefined,
): Promise<{ request: HttpRequest; failure?: GatewayFailure }> {
  const { method = 'GET', url = '/', httpVersion, socket, rawHeaders } = incoming;
  const headers = joined(rawHeaders);
  const [rawPath = '/', ...search] = url.split('?');
  const path = decoded(rawPath);
  const request: HttpRequest = {
    requestId,
    method,
    path: path ?? rawPath,
    rawQuery: search.join('?'),
    headers,
    body: Buffer.alloc(0),
    sourceIp: socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    protocol: `HTTP/${httpVersion}`,
    at: realTime.now(),
  };
  const headBytes =
    Buffer.byteLength(`${method} ${url} HTTP/${httpVersion}`) +
    rawHeaders.reduce((sum, text, index) => sum + (index % 2 === 1 ? Buffer.byteLength(text) : 0), 0);
  let body: Buffer;
  try {
    body = await readBody(incoming, LARGEST_BODY);
  } catch (error) {
    if (error instanceof AwsError) return { request, failure: new GatewayFailure(413) };
    throw error;
  }
  // A page of another name must not reach the API in a browser's name (DNS rebinding).
  if (api === undefined || !isOwnName(headers['host'], api.port)) return { request, failure: new GatewayFailure(421) };
  if (headBytes > LARGEST_HEAD) return { request, failure: new GatewayFailure(431) };
  if (path === undefined || !path.startsWith('/')) return { request, failure: new GatewayFailure(400) };
  return { request: { ...request, body } };
}

function isOwnName(host: string | undefined, port: number): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].some((name) => host?.toLowerCase() === `${name}:${String(port)}`);
}

/** HTTP APIs decode the path before they look for a route, and end it at a question mark that comes of that. */
function decoded(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath).split('?')[0];
  } catch {
    return undefined;
  }
}

function joined(rawHeaders: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index]?.toLowerCase(), rawHeaders[index + 1]];
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`;
  }
  return headers;
}

async function answer(request: HttpRequest, api: HttpApi, parts: ServeParts): Promise<Served> {
  const { stage, routes } = api;
  const match = stage === undefined ? undefined : selectRoute(Object.values(routes), request.method, request.path);
  if (match === undefined) return failed(new GatewayFailure(404), {});
  const { routeKey } = match.route;
  const ms = realTime.stopwatch();
  const integrated = (status: number): LogValues => ({
    routeKey,
    integrationStatus: status,
    integrationLatency: Math.round(ms()),
  });
  try {
    if (!parts.admit(routeKey, api)) throw new GatewayFailure(429);
    const token = await tokenOf(request, match, api, parts);
    const response = await integrate(request, { match, ...(token && { token }) }, api, parts);
    return { response, values: integrated(200) };
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    const isIntegration = error.reasons.integration !== undefined;
    return failed(error, isIntegration ? integrated(error.status) : { routeKey });
  }
}

async function tokenOf(
  { headers }: HttpRequest,
  { route }: Match,
  { authorizers }: HttpApi,
  { keysOf, now }: ServeParts,
): Promise<EventContext['token']> {
  if (route.authorization === undefined) return undefined;
  const { authorizerId, scopes } = route.authorization;
  const authorizer = authorizers[authorizerId];
  if (authorizer === undefined) throw new GatewayFailure(500);
  return authorize(headers, authorizer, scopes, { keysOf, now: now() });
}

async function integrate(
  request: HttpRequest,
  { match, token }: Pick<EventContext, 'match' | 'token'>,
  { apiId, integrations, port }: HttpApi,
  parts: ServeParts,
): Promise<HttpResponse> {
  const integration = integrations[match.route.integrationId];
  if (integration === undefined) throw new GatewayFailure(500, { integration: 'The integration does not exist.' });
  const traceHeader = parts.traceHeader();
  const { accountId, note } = parts;
  const event = JSON.stringify(
    requestEvent(request, { apiId, accountId, match, traceHeader, port, ...(token && { token }) }),
  );
  if (Buffer.byteLength(event) > LARGEST_EVENT) {
    throw new GatewayFailure(413, { integration: 'The request is too large for the Lambda function.' });
  }
  // `GET /things/{thingId}`, or `$default` alone.
  const [method = '', path = ''] = match.route.routeKey.split(' ');
  const { functionArn, timeoutMs } = integration;
  const invoked = parts
    .invoke({
      functionArn,
      sourceArn: parts.executeArn(apiId, method === 'ANY' ? request.method : method, path),
      event,
      traceHeader,
    })
    .catch((error: unknown) => {
      throw refused(error, match.route.routeKey, note);
    });
  const inTime = new AbortController();
  const late = realTime.work(timeoutMs, inTime.signal).then(() => undefined);
  const result = await Promise.race([invoked, late]).finally(() => inTime.abort());
  if (result === undefined) {
    // The function goes on, as on AWS; how it ends is nobody's answer any more.
    invoked.catch(() => undefined);
    throw new GatewayFailure(503, { integration: 'Endpoint request timed out' });
  }
  if (!result.succeeded) {
    throw new GatewayFailure(500, { integration: 'The Lambda function returned an error. See its log.' });
  }
  return functionResponse(result.payload);
}

/** Lambda did not run the function. */
function refused(error: unknown, routeKey: string, note: (text: string) => void): GatewayFailure {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'TooManyRequestsException') return new GatewayFailure(503, { integration: error.message });
  note(`${routeKey}: the HTTP API cannot call its function: ${error.message}`);
  const integration =
    error.code === 'AccessDenied'
      ? "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again."
      : error.message;
  return new GatewayFailure(500, { integration });
}

function failed(failure: GatewayFailure, values: LogValues): Served {
  const { authorizer, integration } = failure.reasons;
  return {
    response: {
      status: failure.status,
      headers: { 'content-type': 'application/json', ...failure.headers },
      cookies: [],
      body: Buffer.from(JSON.stringify({ message: failure.message })),
    },
    values: {
      ...values,
      'error.message': failure.message,
      ...(authorizer !== undefined && { 'authorizer.error': authorizer }),
      ...(integration !== undefined && { integrationErrorMessage: integration }),
    },
  };
}

function aboutRequest(request: HttpRequest, { apiId }: HttpApi, accountId: string): LogValues {
  return {
    accountId,
    apiId,
    domainName: request.headers['host'] ?? '',
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'] ?? '',
    path: request.path,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: requestTime(request.at),
    requestTimeEpoch: request.at.getTime(),
    stage: '$default',
  };
}

/** What is between two neighbours of a connection, and what Node writes itself. */
const ofTheConnection = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'];

function send(outgoing: ServerResponse, method: string, requestId: string, response: HttpResponse): void {
  const { status, headers, cookies, body } = response;
  const bodiless = status === 204 || status === 304;
  const kept = Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name));
  const own = cookies.length === 0 ? kept : kept.filter(([name]) => name !== 'set-cookie');
  const allCookies = [...(cookies.length === 0 ? [] : [headers['set-cookie'] ?? []].flat()), ...cookies];
  outgoing.writeHead(status, {
    ...Object.fromEntries(bodiless ? own.filter(([name]) => name !== 'content-type' || status === 304) : own),
    ...(allCookies.length > 0 && { 'set-cookie': allCookies }),
    ...(!bodiless && { 'content-length': String(body.length) }),
    'apigw-requestid': requestId,
  });
  outgoing.end(bodiless || method === 'HEAD' ? undefined : body);
}

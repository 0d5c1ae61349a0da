import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError, notImplemented } from '../core/aws-error.ts';
import { realTime } from '../core/clock.ts';
import type { Observe } from '../core/cloud-event.ts';
import type { Random } from '../core/random.ts';
import { jsonError } from './json.ts';
import type { Api, Authorize, WireRequest, WireResponse } from './messages.ts';
import { ownHosts, type IsOwnHost } from './own-host.ts';
import { pageBehind } from './page.ts';
import { queryError } from './query.ts';
import { refusalOf } from './refusal.ts';
import { AbortedRequestError, readBody } from './request-body.ts';
import { verifySignature } from './signature.ts';
import { readSigner } from './signing-name.ts';

/**
 * Who is behind an access key id; undefined: the request is not signed. With the key's secret the signature is verified; without,
 * any signature will do. Throws AwsError for a key that is not let in.
 */
export type ResolveCaller = (accessKeyId: string | undefined) => {
  arn: string;
  authorize: Authorize;
  secretAccessKey?: string;
  /** Only what others may hold (presigned URLs, forms) is verified, not the caller's own requests. */
  trusted?: boolean;
};

export type GatewayOptions = {
  /** A loopback address. */
  host: string;
  /** 0: any free port. */
  port: number;
  services: readonly Api[];
  resolveCaller: ResolveCaller;
  /** Names and addresses, without ports, that lead here beside those of the loopback interface: a forwarder's, say. */
  allowHosts?: readonly string[];
  observe: Observe;
  random: Random;
  /** Bytes of one request; S3 itself takes 5 GB in one PUT, we hold a body in memory. */
  maxBodyBytes?: number;
};

/** Where the cloud itself is spoken to, below all services. */
export const OF_THE_CLOUD = '/_local-cloud/';

export type Gateway = {
  port: number;
  /** e.g. `http://127.0.0.1:4566` */
  endpoint: string;
  /** Stops listening and ends all connections; resolves once the port is free. */
  close: () => Promise<void>;
};

/**
 * One endpoint for all services: finds the service of a request by the name that the client signed for, and who the caller is.
 * Unsigned requests are S3's, as on AWS. Rejects with a message that says what to do if the port is in use.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const services = new Map(options.services.map((api) => [api.signingName, api]));
  const isOwnHost = ownHosts([options.host, ...(options.allowHosts ?? [])]);
  // Keys of 1,024 bytes are 3 KB percent-encoded, and presigned URLs carry session tokens: Node's 16 KB of headers are soon full.
  const server = createServer({ maxHeaderSize: 64 * 1024, keepAliveTimeout: 0 }, (incoming, outgoing) => {
    void serve(incoming, outgoing, services, { ...options, isOwnHost });
  });
  await listen(server, options);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway listens on no port.');
  return {
    port: address.port,
    endpoint: `http://${options.host}:${String(address.port)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: GatewayOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') reject(error);
      else {
        reject(
          new Error(
            `Port ${port} on ${host} is in use, perhaps by another local cloud: stop that one, or choose another port (--port ${port + 1}).`,
            { cause: error },
          ),
        );
      }
    });
    server.listen(port, host, resolve);
  });
}

type Serving = GatewayOptions & { isOwnHost: IsOwnHost };

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  services: ReadonlyMap<string, Api>,
  options: Serving,
): Promise<void> {
  // A client that goes away while it is answered is no event of the cloud.
  outgoing.on('error', () => undefined);
  const gone = new AbortController();
  outgoing.on('close', () => {
    // Every answer closes; only one that was not given is worth an error.
    if (!outgoing.writableFinished) gone.abort();
  });
  try {
    const described = describe(incoming, gone.signal, services, options);
    outgoing.setHeader(described.requestIdHeader, described.request.requestId);
    send(outgoing, described.request.method, await answer(incoming, described, options));
  } catch (error) {
    if (error instanceof AbortedRequestError) return;
    options.observe({
      type: 'note',
      text: `The gateway could not answer ${incoming.method ?? ''}: ${describeError(error)}`,
    });
    outgoing.destroy();
  }
}

type Described = {
  request: WireRequest;
  signingName: string;
  api: Api | AwsError;
  /** Why it is not for us to answer, whoever signed it. */
  refusal: AwsError | undefined;
  requestIdHeader: string;
  /** The request with its body and its caller. Throws AwsError if the caller is not who it says. */
  authenticate: (body: Buffer) => WireRequest;
};

function describe(
  incoming: IncomingMessage,
  signal: AbortSignal,
  services: ReadonlyMap<string, Api>,
  { resolveCaller, random, isOwnHost }: Serving,
): Described {
  const [path = '/', ...search] = (incoming.url ?? '/').split('?');
  const rawQuery = search.join('?');
  const query = new URLSearchParams(rawQuery);
  const headers = singleHeaders(incoming);
  const signer = readSigner(headers, query, path);
  const { accessKeyId } = signer;
  // No bucket's name begins like this: what is asked there is asked of the cloud itself.
  const owner = [...services.values()].find((api) => api.ownsPath?.(path) === true)?.signingName;
  const signingName = path.startsWith(OF_THE_CLOUD) ? 'local-cloud' : (owner ?? signer.signingName ?? 's3');
  const s3 = signingName === 's3';
  const page = pageBehind(headers, isOwnHost);
  const request: WireRequest = {
    // S3's are 16 capital hexadecimal digits and travel in events; the others' are UUIDs.
    requestId: s3 ? random.hex(16).toUpperCase() : random.uuid(),
    method: incoming.method ?? 'GET',
    path,
    query,
    headers,
    body: Buffer.alloc(0),
    callerArn: '',
    authorize: () => undefined,
    ...(page !== undefined && { page }),
    signal,
  };
  const api = services.get(signingName) ?? notImplemented(`the service "${signingName}"`);
  return {
    request,
    signingName,
    api,
    refusal: refusalOf(request, api instanceof AwsError ? undefined : api, isOwnHost),
    requestIdHeader: s3 ? 'x-amz-request-id' : 'x-amzn-requestid',
    authenticate: (body) => {
      // A browser asks beforehand whether it may send a request, with that one's URL and signature: nobody signs the question.
      const asksBeforehand = s3 && request.method === 'OPTIONS';
      const { arn, authorize, ...secret } = resolveCaller(asksBeforehand ? undefined : accessKeyId);
      const signing = asksBeforehand
        ? undefined
        : verifySignature({ ...request, body, rawQuery }, secret, realTime.now());
      return { ...request, body, callerArn: arn, authorize, ...(signing !== undefined && { signing }) };
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  { request, api, signingName, refusal, authenticate }: Described,
  { maxBodyBytes = 1024 ** 3, observe }: Serving,
): Promise<WireResponse> {
  try {
    if (refusal !== undefined) {
      // Read and thrown away, so that the client comes to read the answer.
      incoming.resume();
      throw refusal;
    }
    const body = await readBody(incoming, maxBodyBytes);
    if (api instanceof AwsError) throw api;
    return await api.handle(authenticate(body));
  } catch (error) {
    if (error instanceof AbortedRequestError) throw error;
    if (error instanceof AwsError) return inProtocol(error, request, api, signingName);
    const name = api instanceof AwsError ? '' : api.signingName;
    observe({ type: 'note', text: `A fault in ${name} at ${request.method} ${request.path}: ${describeError(error)}` });
    const internal = new AwsError('InternalError', `The local cloud has a fault in ${name}: ${String(error)}`, 500);
    return inProtocol(internal, request, api, signingName);
  }
}

/** Services whose clients read XML although they send no form: the REST-XML protocol. */
const speakXml = new Set(['cloudfront', 'route53', 's3', 's3-outposts']);

/** An error that no service has answered, in the shape that this client can read. */
function inProtocol(error: AwsError, request: WireRequest, api: Api | AwsError, signingName: string): WireResponse {
  if (!(api instanceof AwsError) && api.answerError !== undefined) return api.answerError(error, request);
  if (speakXml.has(signingName)) return queryError(error, '', request.requestId);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return queryError(error, '', request.requestId);
  return jsonError(error, type.includes('json') ? type : undefined);
}

function send(outgoing: ServerResponse, method: string, { status, headers = {}, body = '' }: WireResponse): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  outgoing.writeHead(status, {
    ...(status !== 204 && status !== 304 && { 'content-length': String(bytes.length) }),
    ...headers,
  });
  outgoing.end(bodiless ? undefined : bytes);
}

/** Node has lower-cased the names; what came several times is one list. */
function singleHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { realTime } from '../../core/clock.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { KeysOfIssuer } from './authorize.ts';
import { listenOnLoopback, PortInUseError, type Listener } from './listener.ts';
import type { Authorizer, HttpApi, Integration, Route, Stage } from './model.ts';
import { isRouteKey } from './route-key.ts';
import { serve, type ServeParts } from './serve.ts';
import { createBucket } from './throttle.ts';

export type ApiGateway = ReturnType<typeof createApiGateway>;

export type ApiGatewayParts = {
  keysOf: KeysOfIssuer;
  /** Does the function let this API in? Throws AwsError. */
  checkFunction: (functionArn: string, sourceArn: string) => void;
  invoke: (
    functionArn: string,
    event: string,
    about: { traceHeader: string; requestId: string },
  ) => Promise<{ outcome: string; payload: string }>;
  writeLog: (entry: { group: string; stream: string; timestamp: number; message: string }) => void;
  hasLogGroup: (name: string) => boolean;
  /** Where the first HTTP API is served; others follow behind. 0: any free port for each. */
  port: number;
};

const SERVICE = 'apigateway';

/** API Gateway's HTTP APIs: each is served at a port of its own, `http://localhost:<port>`, by its stage `$default`. */
export function createApiGateway(context: ServiceContext, parts: ApiGatewayParts) {
  const { region, accountId, random, stateFolder, observe, clock } = context;
  const apis = openStore<HttpApi>(stateFolder && join(stateFolder, SERVICE, 'apis.jsonl'));
  const listeners = new Map<string, Listener>();
  const buckets = new Map<string, () => boolean>();
  const ms = realTime.stopwatch();
  const stream = random.hex(32);
  /** One that is open before its API exists: so a port that is in use is noticed before anything is deployed. */
  let reserved: { listener: Listener; owner: { apiId?: string } } | undefined;

  function get(apiId: string): HttpApi {
    const found = apis.get(apiId);
    if (found === undefined) throw new AwsError('NotFoundException', `Invalid API identifier specified ${apiId}`, 404);
    return found;
  }

  function change(apiId: string, changes: (api: HttpApi) => Partial<HttpApi>): void {
    const before = get(apiId);
    apis.set(apiId, { ...before, ...changes(before) });
  }

  function servePart(owner: { apiId?: string }): ServeParts {
    return {
      api: () => (owner.apiId === undefined ? undefined : apis.get(owner.apiId)),
      accountId,
      requestId: () => Buffer.from(random.hex(22), 'hex').toString('base64url').replace(/[-_]/g, 'x'),
      traceHeader: () => `Root=1-${Math.floor(clock.now().getTime() / 1000).toString(16)}-${random.hex(24)}`,
      admit,
      keysOf: parts.keysOf,
      now: clock.now,
      invoke: async ({ functionArn, sourceArn, event, traceHeader }) => {
        parts.checkFunction(functionArn, sourceArn);
        const answer = await parts.invoke(functionArn, event, { traceHeader, requestId: random.uuid() });
        return { succeeded: answer.outcome === 'succeeded', payload: answer.payload };
      },
      executeArn: (apiId, method, path) =>
        `arn:aws:execute-api:${region}:${accountId}:${apiId}/$default/${method}${path}`,
      log: (group, message) => {
        // A group that was deleted meanwhile gets no log, as on AWS.
        if (parts.hasLogGroup(group)) parts.writeLog({ group, stream, timestamp: realTime.now().getTime(), message });
      },
      note: (text) => observe({ type: 'note', text }),
    };
  }

  function admit(routeKey: string, { apiId, stage }: HttpApi): boolean {
    if (stage?.throttling === undefined) return true;
    const key = JSON.stringify([apiId, routeKey, stage.throttling]);
    const take = buckets.get(key) ?? createBucket(stage.throttling, ms);
    buckets.set(key, take);
    return take();
  }

  /** Throws Error that says what to do if the port is in use. */
  async function open(port: number): Promise<NonNullable<typeof reserved>> {
    const owner: { apiId?: string } = {};
    const servedBy = servePart(owner);
    try {
      const listener = await listenOnLoopback(port, (incoming, outgoing) => void serve(incoming, outgoing, servedBy));
      return { listener, owner };
    } catch (error) {
      if (!(error instanceof PortInUseError)) throw error;
      throw new Error(
        `${error.message} The HTTP API cannot be served there: stop the program that uses the port, perhaps another local cloud, or choose another one (--api-port ${String(port + 1)}).`,
        { cause: error },
      );
    }
  }

  /** The port of the next API. */
  function nextPort(): number {
    if (parts.port === 0) return 0;
    const used = new Set([...listeners.values()].map(({ port }) => port));
    let port = parts.port;
    while (used.has(port)) port += 1;
    return port;
  }

  async function serveApi(apiId: string): Promise<number> {
    const { listener, owner } = reserved ?? (await open(nextPort()));
    reserved = undefined;
    owner.apiId = apiId;
    listeners.set(apiId, listener);
    return listener.port;
  }

  const endpointOf = (port: number): string => `http://localhost:${String(port)}`;

  return {
    get,
    list: (): HttpApi[] => [...apis.entries()].map(([, api]) => api),
    endpointOf: (apiId: string): string => endpointOf(get(apiId).port),
    /** Opens the port of the first API before anything is deployed. Rejects with a message that says what to do if it is in use. */
    reservePort: async (): Promise<void> => {
      if (apis.size === 0) reserved ??= await open(nextPort());
    },
    create: async (apiId: string, name: string): Promise<void> => {
      const port = await serveApi(apiId);
      const createdAt = clock.now().toISOString();
      apis.set(apiId, { apiId, name, port, createdAt, integrations: {}, routes: {}, authorizers: {} });
    },
    rename: (apiId: string, name: string): void => change(apiId, () => ({ name })),
    delete: async (apiId: string): Promise<void> => {
      get(apiId);
      apis.delete(apiId);
      await listeners.get(apiId)?.close();
      listeners.delete(apiId);
    },
    /** Sets the stage `$default`; undefined takes it away. */
    setStage: (apiId: string, stage: Stage | undefined): void => {
      const { accessLog } = stage ?? {};
      if (accessLog !== undefined && !parts.hasLogGroup(accessLog.group)) {
        throw new AwsError(
          'BadRequestException',
          `Invalid ARN specified in the request: the log group ${accessLog.group} does not exist.`,
        );
      }
      const api = { ...get(apiId) };
      delete api.stage;
      apis.set(apiId, { ...api, ...(stage && { stage }) });
    },
    setIntegration: (apiId: string, id: string, integration: Integration): void =>
      change(apiId, ({ integrations }) => ({ integrations: { ...integrations, [id]: integration } })),
    /** Throws AwsError ConflictException while a route leads there. */
    deleteIntegration: (apiId: string, id: string): void =>
      change(apiId, ({ integrations, routes }) => {
        const used = Object.values(routes).find(({ integrationId }) => integrationId === id);
        if (used !== undefined) {
          throw new AwsError(
            'ConflictException',
            `Cannot delete Integration '${id}'. Integration is referenced by route '${used.routeKey}'.`,
            409,
          );
        }
        return { integrations: without(integrations, id) };
      }),
    setRoute: (apiId: string, id: string, route: Route): void =>
      change(apiId, ({ routes, integrations, authorizers }) => {
        const { routeKey, integrationId, authorization } = route;
        if (!isRouteKey(routeKey)) {
          throw new AwsError(
            'BadRequestException',
            `The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default": ${routeKey}`,
          );
        }
        const other = Object.entries(routes).find(([one, { routeKey: key }]) => one !== id && key === routeKey);
        if (other !== undefined) {
          throw new AwsError('ConflictException', `Route with key ${routeKey} already exists for this API`, 409);
        }
        if (integrations[integrationId] === undefined) {
          throw new AwsError('NotFoundException', `Invalid Integration identifier specified ${integrationId}`, 404);
        }
        if (authorization !== undefined && authorizers[authorization.authorizerId] === undefined) {
          throw new AwsError(
            'NotFoundException',
            `Invalid Authorizer identifier specified ${authorization.authorizerId}`,
            404,
          );
        }
        return { routes: { ...routes, [id]: route } };
      }),
    deleteRoute: (apiId: string, id: string): void => change(apiId, ({ routes }) => ({ routes: without(routes, id) })),
    /** Asks the issuer for its keys first. Throws AwsError BadRequestException if that fails. */
    setAuthorizer: async (apiId: string, id: string, authorizer: Authorizer): Promise<void> => {
      try {
        await parts.keysOf(authorizer.issuer);
      } catch (cause) {
        throw new AwsError(
          'BadRequestException',
          `Caught exception when connecting to ${authorizer.issuer}/.well-known/openid-configuration for issuer ${authorizer.issuer}. Please try again later. Error: ${(cause as Error).message}`,
        );
      }
      change(apiId, ({ authorizers }) => ({ authorizers: { ...authorizers, [id]: authorizer } }));
    },
    deleteAuthorizer: (apiId: string, id: string): void =>
      change(apiId, ({ authorizers }) => ({ authorizers: without(authorizers, id) })),
    /** Serves the APIs that the last run left. Gives what each one's endpoint was, and is now. */
    start: async (): Promise<{ from: string; to: string }[]> => {
      const moved: { from: string; to: string }[] = [];
      for (const [apiId, api] of [...apis.entries()]) {
        const port = await serveApi(apiId);
        if (port === api.port) continue;
        apis.set(apiId, { ...api, port });
        moved.push({ from: endpointOf(api.port), to: endpointOf(port) });
      }
      return moved;
    },
    close: async (): Promise<void> => {
      const open = [...listeners.values(), ...(reserved === undefined ? [] : [reserved.listener])];
      await Promise.all(open.map((listener) => listener.close()));
    },
  };
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

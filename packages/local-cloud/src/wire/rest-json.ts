import { AwsError, notImplemented } from '../core/aws-error.ts';
import type { Api, WireRequest, WireResponse } from './messages.ts';

export type RestRequest = WireRequest & {
  /** What stood in the path for `{Name}`, decoded. */
  labels: Readonly<Record<string, string>>;
};

export type RestAnswer = { status?: number; headers?: Record<string, string>; body?: object | string };

export type RestRoute = {
  operation: string;
  method: string;
  /** e.g. `/2015-03-31/functions/{FunctionName}/invocations`; a label is one segment. After `?` a parameter that must be there. */
  path: string;
  /** Of the query, that the operation reads; any other is refused by name. */
  parameters?: readonly string[];
  /** Absent: AWS has it, this cloud has not; it is refused by name. */
  handle?: (request: RestRequest) => Promise<RestAnswer> | RestAnswer;
};

/** The AWS REST-JSON protocol: the operation in method and path, JSON bodies. */
export function restJson(signingName: string, routes: readonly RestRoute[]): Api {
  const compiled = routes
    .map((route) => {
      const [path = '', query = ''] = route.path.split('?');
      return { ...route, segments: path.split('/'), needed: [...new URLSearchParams(query)] };
    })
    // What asks for a parameter goes before what does not.
    .sort((a, b) => b.needed.length - a.needed.length);
  return {
    signingName,
    answerError: restJsonError,
    handle: async (request) => {
      try {
        const found = compiled
          .filter(({ method }) => method === request.method)
          .filter(({ needed }) => needed.every(([name, value]) => request.query.get(name) === value))
          .map((route) => ({ route, labels: match(route.segments, request.path) }))
          .find(({ labels }) => labels !== undefined);
        if (found?.labels === undefined) throw notImplemented(`${signingName}: ${request.method} ${request.path}`);
        const { operation, handle, parameters = [], needed } = found.route;
        if (handle === undefined) throw notImplemented(`${signingName}:${operation}`);
        for (const name of request.query.keys()) {
          const isRead = parameters.includes(name) || needed.some(([known]) => known === name);
          if (!isRead) throw notImplemented(`the parameter ${name} of ${signingName}:${operation}`);
        }
        return answer(await handle({ ...request, labels: found.labels }));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return restJsonError(error);
      }
    },
  };
}

/** The labels of a path; undefined where it is another. */
function match(segments: readonly string[], path: string): Record<string, string> | undefined {
  // Older paths end with a slash in some clients and without in others.
  const parts = path.replace(/(.)\/$/, '$1').split('/');
  const wanted = segments.at(-1) === '' && segments.length > 2 ? segments.slice(0, -1) : segments;
  if (parts.length !== wanted.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const part = parts[index] ?? '';
    const label = /^\{(.+)\}$/.exec(segment)?.[1];
    if (label === undefined) {
      if (part !== segment) return undefined;
    } else if (part === '') return undefined;
    else labels[label] = decode(part);
  }
  return labels;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsError('InvalidRequestContentException', `The path segment ${part} is not percent-encoded text.`);
  }
}

/** The body as a JSON object. Throws AwsError InvalidRequestContentException. */
export function jsonBody({ body }: WireRequest): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json: it is no JSON object.');
}

function answer({ status = 200, headers = {}, body }: RestAnswer): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  };
}

export function restJsonError(error: AwsError): WireResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({
      Type: error.status < 500 ? 'User' : 'Service',
      // Lambda writes it either way, depending on the error; clients read the one or the other.
      message: error.message,
      Message: error.message,
      ...error.details,
    }),
  };
}

import { archiveOf } from '../builder/archive.ts';
import type { Artifact } from '../builder/artifact.ts';
import { AwsError } from '../core/aws-error.ts';
import type { AdjustableClock } from '../core/clock.ts';
import { OF_THE_CLOUD } from '../wire/gateway.ts';
import { jsonError } from '../wire/json.ts';
import type { Api, WireRequest, WireResponse } from '../wire/messages.ts';

/** One thing to ask of the cloud itself; `path` is what comes after `/_local-cloud/`. Its methods are those that it answers. */
type OwnRoute = {
  path: RegExp;
  methods: Readonly<Record<string, (request: WireRequest, match: RegExpExecArray) => Promise<WireResponse>>>;
};

/** What AWS does not have. Whoever may reach the loopback interface may ask; a web page may not: none is opened to. */
export function ownApi(routes: readonly OwnRoute[]): Api {
  return {
    signingName: 'local-cloud',
    handle: async (request): Promise<WireResponse> => {
      const { method, path } = request;
      for (const route of routes) {
        const match = route.path.exec(path.slice(OF_THE_CLOUD.length));
        if (match === null) continue;
        const handle = Object.hasOwn(route.methods, method) ? route.methods[method] : undefined;
        if (handle === undefined) throw new AwsError('MethodNotAllowed', `${method} ${path} is not possible.`, 405);
        return handle(request, match);
      }
      throw new AwsError('NotFound', `There is nothing at ${path}.`, 404);
    },
    answerError: (error) => jsonError(error),
  };
}

/** `GET /_local-cloud/clock` tells how fast waiting goes by, `PUT` with `{"factor": 30}` changes it. */
export function clockRoute(clock: AdjustableClock): OwnRoute {
  const tell = (): WireResponse => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ factor: clock.factor }),
  });
  return {
    path: /^clock$/,
    methods: {
      GET: async () => tell(),
      PUT: async ({ body }) => {
        clock.setFactor(readFactor(body.toString('utf8')));
        return tell();
      },
    },
  };
}

/** `GET /_local-cloud/code/<hash>.zip`: the code of a function's or layer's version, where `GetFunction` says that it lies. */
export function codeRoute(codeOf: (sha256: string) => Artifact | undefined): OwnRoute {
  return {
    path: /^code\/([0-9a-f]{64})\.zip$/,
    methods: {
      GET: async ({ path }, match) => {
        const code = codeOf(match[1] ?? '');
        if (code === undefined) throw new AwsError('NotFound', `No version has the code ${path} (any more).`, 404);
        return { status: 200, headers: { 'content-type': 'application/zip' }, body: await archiveOf(code.Folder) };
      },
    },
  };
}

function readFactor(text: string): number {
  const factor = parsed(text);
  if (typeof factor === 'number' && factor > 0 && Number.isFinite(factor)) return factor;
  throw new AwsError('ValidationException', 'The body must be like {"factor": 30}, a number above 0.');
}

function parsed(text: string): unknown {
  try {
    return (JSON.parse(text) as { factor?: unknown } | null)?.factor;
  } catch {
    return undefined;
  }
}

import type { Route } from './model.ts';

export type Match = { route: Route; pathParameters: Readonly<Record<string, string>> };

export const DEFAULT_ROUTE = '$default';

const methods = 'ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT';
const segment = String.raw`(?:[^{}/]+|\{[\w.-]+\})`;
const pattern = new RegExp(
  String.raw`^(?:${methods}) /(?:${segment}(?:/${segment})*(?:/\{[\w.-]+\+\})?|\{[\w.-]+\+\})?$`,
);

/** Is it a route key: `$default`, or a method and a path whose last segment may be greedy (`{proxy+}`)? */
export function isRouteKey(key: string): boolean {
  return key === DEFAULT_ROUTE || pattern.test(key);
}

/**
 * The route that a request takes: the one whose path is the most specific, segment by segment (fixed text, then a parameter, then a greedy
 * one), among equal paths the one for the very method before `ANY`, and `$default` if there is no other.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function selectRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const parts = path.split('/').slice(1);
  const matches = routes
    .map((route) => matchOf(route, method, parts))
    .filter((match) => match !== undefined)
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const [best] = matches;
  if (best !== undefined) return best;
  const route = routes.find(({ routeKey }) => routeKey === DEFAULT_ROUTE);
  return route === undefined ? undefined : { route, pathParameters: {} };
}

/** `rank`: the smaller in the order of text, the more specific. */
function matchOf(route: Route, method: string, parts: readonly string[]): (Match & { rank: string }) | undefined {
  const [wanted = '', path = ''] = route.routeKey.split(' ');
  if (route.routeKey === DEFAULT_ROUTE || (wanted !== 'ANY' && wanted !== method)) return undefined;
  const segments = path.split('/').slice(1);
  const pathParameters: Record<string, string> = {};
  let rank = '';
  for (const [index, written] of segments.entries()) {
    const part = parts[index];
    const [, name, greedy] = /^\{([^+}]+)(\+)?\}$/.exec(written) ?? [];
    if (greedy !== undefined) {
      const rest = parts.slice(index).join('/');
      if (name === undefined || rest === '') return undefined;
      return { route, pathParameters: { ...pathParameters, [name]: rest }, rank: `${rank}2${suffix(wanted)}` };
    }
    if (part === undefined) return undefined;
    if (name === undefined) {
      if (part !== written) return undefined;
      rank += '0';
    } else {
      if (part === '') return undefined;
      pathParameters[name] = part;
      rank += '1';
    }
  }
  return parts.length === segments.length ? { route, pathParameters, rank: `${rank}${suffix(wanted)}` } : undefined;
}

function suffix(method: string): string {
  return method === 'ANY' ? '.1' : '.0';
}

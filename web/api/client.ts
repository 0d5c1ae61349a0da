import { ApiProblem, isTemporary, problemOf, SignedOut, Unreachable } from './problems.ts';

export type Ports = {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  /** An access token that has not expired; `refused` is one that the API did not take. Throws SignedOut. */
  accessToken: (refused?: string) => Promise<string>;
  /** Two tokens in a row were refused. */
  onRefused: () => void;
  wait: (ms: number) => Promise<void>;
};
export type Options = {
  method?: 'GET' | 'POST' | 'DELETE';
  json?: unknown;
  etag?: string;
  /** How often to ask again what may only be busy. */
  tries?: number;
};
/** `unchanged`: 304, the answer before still holds. */
export type Answer<T> = { unchanged: true } | { unchanged: false; body: T; etag: string | undefined };

export type Api = <T>(path: string, options?: Options) => Promise<Answer<T>>;

/**
 * Asks the API as the user. A refused token is refreshed once; a busy API is asked again, each time later.
 * Throws ApiProblem, Unreachable, SignedOut.
 */
export function createApi({ fetch, accessToken, onRefused, wait }: Ports): Api {
  async function once(path: string, { method = 'GET', json, etag }: Options, token: string): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (json !== undefined) headers['content-type'] = 'application/json';
    if (etag !== undefined) headers['if-none-match'] = etag;
    try {
      return await fetch(path, {
        method,
        headers,
        // The page keeps answers and their ETags itself, so that it sees a 304.
        cache: 'no-store',
        ...(json !== undefined && { body: JSON.stringify(json) }),
      });
    } catch (cause) {
      throw new Unreachable('no answer', { cause });
    }
  }

  async function signed(path: string, options: Options): Promise<Response> {
    const token = await accessToken();
    const response = await once(path, options, token);
    if (response.status !== 401) return response;
    const again = await once(path, options, await accessToken(token));
    if (again.status !== 401) return again;
    onRefused();
    throw new SignedOut('the token is refused');
  }

  return async <T>(path: string, options: Options = {}): Promise<Answer<T>> => {
    for (let tried = 1; ; tried += 1) {
      try {
        const response = await signed(path, options);
        if (response.status === 304) return { unchanged: true };
        if (!response.ok) throw await problemOf(response);
        const text = await response.text();
        const body = (text === '' ? undefined : JSON.parse(text)) as T;
        return { unchanged: false, body, etag: response.headers.get('etag') ?? undefined };
      } catch (error) {
        if (!isTemporary(error) || tried >= (options.tries ?? 3)) throw error;
        const asked = error instanceof ApiProblem ? error.retryAfter : undefined;
        await wait(asked === undefined ? 500 * 2 ** (tried - 1) : asked * 1000);
      }
    }
  };
}

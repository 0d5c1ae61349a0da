import { createHash, randomUUID } from 'node:crypto';

export type User = { sub: string; email: string; password: string };
type Code = { user: User; nonce: string | null; challenge: string | null; redirectUri: string };
type Token = { user: User; expiresAt: number };

export type Answer = { status: number; headers?: Record<string, string>; body?: string };

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const page = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><title>Sign in</title>${body}`,
});
const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
  body: JSON.stringify(body),
});

/** As much of an OpenID provider as the page speaks to: authorization code with PKCE, refresh, revocation, logout. */
export function createPool(users: readonly User[], issuer: string, clientId: string) {
  const codes = new Map<string, Code>();
  const accessTokens = new Map<string, Token>();
  const refreshTokens = new Map<string, User>();
  const sessions = new Map<string, User>();
  /** Seconds; `counts` is what has been asked for. */
  const settings = { expiresIn: 3600, refreshes: 0, clockOffset: 0 };

  function grant(user: User, nonce: string | null, refreshToken?: string): object {
    const now = Math.floor(Date.now() / 1000);
    const accessToken = randomUUID();
    accessTokens.set(accessToken, { user, expiresAt: Date.now() + settings.expiresIn * 1000 });
    const claims = {
      iss: issuer,
      aud: clientId,
      sub: user.sub,
      email: user.email,
      token_use: 'id',
      iat: now,
      exp: now + settings.expiresIn,
      ...(nonce !== null && { nonce }),
    };
    const newRefresh = refreshToken === undefined ? randomUUID() : undefined;
    if (newRefresh !== undefined) refreshTokens.set(newRefresh, user);
    return {
      access_token: accessToken,
      id_token: `${base64url({ alg: 'RS256', kid: 'k' })}.${base64url(claims)}.c2lnbmF0dXJl`,
      token_type: 'Bearer',
      expires_in: settings.expiresIn,
      ...(newRefresh !== undefined && { refresh_token: newRefresh }),
    };
  }

  function redirectWithCode(user: User, query: URLSearchParams): Answer {
    const code = randomUUID();
    const redirectUri = query.get('redirect_uri') ?? '';
    codes.set(code, { user, nonce: query.get('nonce'), challenge: query.get('code_challenge'), redirectUri });
    const location = new URL(redirectUri);
    location.searchParams.set('code', code);
    location.searchParams.set('state', query.get('state') ?? '');
    return { status: 302, headers: { location: location.href } };
  }

  function authorize(query: URLSearchParams, cookie: string | undefined): Answer {
    const user = sessions.get(cookie ?? '');
    if (user) return redirectWithCode(user, query);
    return page(
      `<form method="post" action="/login?${query.toString().replaceAll('&', '&amp;')}"><label>Username<input name="username"></label>` +
        `<label>Password<input name="password" type="password"></label><button>Sign in</button></form>`,
    );
  }
  function login(query: URLSearchParams, form: URLSearchParams): Answer {
    const user = users.find(({ email, password }) => email === form.get('username') && password === form.get('password'));
    if (!user) return page('<p>Incorrect username or password.</p>');
    const session = randomUUID();
    sessions.set(session, user);
    const answer = redirectWithCode(user, query);
    return { ...answer, headers: { ...answer.headers, 'set-cookie': `session=${session}; Path=/; HttpOnly` } };
  }
  function token(form: URLSearchParams): Answer {
    if (form.get('grant_type') === 'refresh_token') {
      settings.refreshes += 1;
      const refreshToken = form.get('refresh_token') ?? '';
      const user = refreshTokens.get(refreshToken);
      return user ? json(200, grant(user, null, refreshToken)) : json(400, { error: 'invalid_grant' });
    }
    const code = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    const isRight = code?.challenge === challenge && code.redirectUri === form.get('redirect_uri');
    return code && isRight ? json(200, grant(code.user, code.nonce)) : json(400, { error: 'invalid_grant' });
  }
  return {
    settings,
    sessions,
    userOf: (accessToken: string): User | undefined => {
      const known = accessTokens.get(accessToken);
      return known !== undefined && known.expiresAt > Date.now() ? known.user : undefined;
    },
    /** From now on the pool takes nothing that it has given. */
    forgetTokens: () => {
      accessTokens.clear();
      refreshTokens.clear();
    },
    answer: (path: string, query: URLSearchParams, form: URLSearchParams, cookie: string | undefined): Answer => {
      switch (path) {
        case '/oauth2/authorize':
          return authorize(query, cookie);
        case '/login':
          return login(query, form);
        case '/oauth2/token':
          return token(form);
        case '/oauth2/revoke':
          refreshTokens.delete(form.get('token') ?? '');
          return json(200, {});
        case '/logout': {
          sessions.delete(cookie ?? '');
          return { status: 302, headers: { location: query.get('logout_uri') ?? '' } };
        }
        default:
          return { status: 404 };
      }
    },
  };
}
export type Pool = ReturnType<typeof createPool>;

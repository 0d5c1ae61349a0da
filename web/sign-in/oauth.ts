import * as oauth from 'oauth4webapi';
import type { SignIn } from '../api/types.ts';
import { SignedOut } from '../api/problems.ts';
import type { Tokens } from './tokens.ts';

/** What has to come back unchanged from the sign-in page; kept in sessionStorage while the user is there. */
export type Attempt = { state: string; nonce: string; verifier: string; redirectUri: string };

/** Who is asked, and how far the device's clock is behind the server's, seconds. */
export type Pool = { signIn: SignIn; clockSkew: number };

const serverOf = ({ signIn }: Pool): oauth.AuthorizationServer => ({
  issuer: signIn.issuer,
  authorization_endpoint: signIn.authorizationEndpoint,
  token_endpoint: signIn.tokenEndpoint,
  revocation_endpoint: signIn.revocationEndpoint,
});
const clientOf = ({ signIn, clockSkew }: Pool): oauth.Client => ({
  client_id: signIn.clientId,
  [oauth.clockSkew]: clockSkew,
  [oauth.clockTolerance]: 60,
});
/** On this machine there is no TLS; elsewhere the library refuses to do without. */
const optionsOf = ({ signIn }: Pool) => {
  const { protocol, hostname } = new URL(signIn.tokenEndpoint);
  const isLocal = protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the library wants this use of it to stand out
  return isLocal ? { [oauth.allowInsecureRequests]: true } : {};
};

/** Where to send the user to sign in, by authorization code with PKCE. `language`: of the pool's page. */
export async function beginSignIn(
  pool: Pool,
  redirectUri: string,
  language: string,
): Promise<{ url: string; attempt: Attempt }> {
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    redirectUri,
  };
  const url = new URL(pool.signIn.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: pool.signIn.clientId,
    redirect_uri: redirectUri,
    scope: pool.signIn.scopes.join(' '),
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
    lang: language,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, attempt };
}

/** Exchanges the code that the sign-in page has sent back. Throws what the library throws where anything is not as it should be. */
export async function finishSignIn(pool: Pool, callback: URL, attempt: Attempt, now: () => number): Promise<Tokens> {
  const [server, client] = [serverOf(pool), clientOf(pool)];
  const parameters = oauth.validateAuthResponse(server, client, callback, attempt.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    attempt.redirectUri,
    attempt.verifier,
    optionsOf(pool),
  );
  const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: attempt.nonce,
    requireIdToken: true,
  });
  const claims = oauth.getValidatedIdTokenClaims(result);
  if (claims === undefined || result.refresh_token === undefined) throw new SignedOut('the pool gave no refresh token');
  const { email } = claims;
  return {
    accessToken: result.access_token,
    refreshToken: result.refresh_token,
    sub: claims.sub,
    ...(typeof email === 'string' && { email }),
    ...lifeOf(result, now()),
  };
}

/** Throws SignedOut where the pool refuses the refresh token. */
export async function refreshTokens(pool: Pool, tokens: Tokens, now: () => number): Promise<Tokens> {
  const [server, client] = [serverOf(pool), clientOf(pool)];
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    tokens.refreshToken,
    optionsOf(pool),
  );
  try {
    const result = await oauth.processRefreshTokenResponse(server, client, response);
    const refreshToken = result.refresh_token ?? tokens.refreshToken;
    return { ...tokens, accessToken: result.access_token, refreshToken, ...lifeOf(result, now()) };
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') {
      throw new SignedOut('the session has ended', { cause: error });
    }
    throw error;
  }
}

/** Ends the tokens at the pool; the request outlives the page. */
export async function revokeTokens(pool: Pool, { refreshToken }: Tokens): Promise<void> {
  await fetch(pool.signIn.revocationEndpoint, {
    method: 'POST',
    keepalive: true,
    body: new URLSearchParams({ token: refreshToken, client_id: pool.signIn.clientId }),
  });
}

/** Where the pool's own session ends, and which leads back to the page. */
export function logoutUrl({ signIn }: Pool, back: string): string {
  const url = new URL(signIn.logoutEndpoint);
  url.searchParams.set('client_id', signIn.clientId);
  url.searchParams.set('logout_uri', back);
  return url.href;
}

const lifeOf = ({ expires_in }: oauth.TokenEndpointResponse, now: number) => ({
  obtainedAt: now,
  expiresAt: now + (expires_in ?? 3600) * 1000,
});

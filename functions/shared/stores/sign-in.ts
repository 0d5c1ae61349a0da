import { TransientError } from '../images/errors.ts';

/** Where people sign in, and where what they bring back is exchanged; absolute URLs. */
export type SignIn = {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  revocationEndpoint: string;
  logoutEndpoint: string;
};

/** ms. The page waits for this once in the life of an execution environment. */
const PATIENCE = 2_000;

/** The sign-in endpoints of a user pool, from its discovery document (OpenID Connect Discovery 1.0). */
export function signIn(
  { issuer, poolId, endpoint }: { issuer: string; poolId: string; endpoint?: string | undefined },
  ask: typeof fetch = fetch,
) {
  // The issuer's name is an address too, on AWS. Elsewhere the pool is found at the endpoint that the SDK would ask.
  const base = endpoint === undefined || endpoint === '' ? issuer : `${endpoint.replace(/\/$/u, '')}/${poolId}`;

  /** Throws TransientError if the pool does not answer. */
  async function readSignIn(): Promise<SignIn> {
    const url = `${base}/.well-known/openid-configuration`;
    let found: Record<string, unknown>;
    try {
      const answer = await ask(url, { signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      found = (await answer.json()) as Record<string, unknown>;
    } catch (cause) {
      throw new TransientError(`the user pool does not tell where to sign in (${url})`, { cause });
    }
    const read = (name: string): string => {
      const value = found[name];
      if (typeof value === 'string' && URL.canParse(value)) return value;
      throw new TransientError(`the user pool's discovery document has no ${name} (${url}): has the pool a domain?`);
    };
    const authorizationEndpoint = read('authorization_endpoint');
    return {
      issuer,
      authorizationEndpoint,
      tokenEndpoint: read('token_endpoint'),
      userInfoEndpoint: read('userinfo_endpoint'),
      revocationEndpoint: read('revocation_endpoint'),
      // Specific to Cognito, with its own parameters. Not every pool publishes it.
      logoutEndpoint:
        typeof found['end_session_endpoint'] === 'string'
          ? found['end_session_endpoint']
          : new URL('/logout', authorizationEndpoint).href,
    };
  }

  return { readSignIn };
}

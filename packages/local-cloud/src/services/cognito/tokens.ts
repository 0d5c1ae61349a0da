import { createHash } from 'node:crypto';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';
import type { ServiceContext } from '../../core/service-context.ts';
import { issuerOf, type Client, type User, type UserPool } from './user-pool.ts';

/** What one sign-in has in common: all its tokens name it. */
export type SignIn = {
  /** Seconds since the epoch. */
  authTime: number;
  originJti: string;
  scopes: readonly string[];
  nonce?: string;
};

export type TokenSet = { access_token: string; id_token?: string; expires_in: number; token_type: 'Bearer' };

export type AccessClaims = { sub: string; scope: string; iat: number; origin_jti: string; client_id: string };

/** The public half of a pool's key, as its JWKS address serves it. */
export function publicKeys({ privateKey: { kty, n, e, kid, alg, use } }: UserPool): JSONWebKeySet {
  return { keys: [{ kty, n, e, kid, alg, use }] as JSONWebKeySet['keys'] };
}

export function createTokens({ region, clock, random }: ServiceContext) {
  const now = (): number => Math.floor(clock.now().getTime() / 1000);

  async function sign(pool: UserPool, lifetimeMs: number, claims: Readonly<Record<string, unknown>>): Promise<string> {
    const { privateKey } = pool;
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: privateKey.kid ?? '' })
      .setIssuer(issuerOf(region, pool.id))
      .setIssuedAt(now())
      .setExpirationTime(now() + Math.floor(lifetimeMs / 1000))
      .setJti(random.uuid())
      .sign(await importJWK(privateKey, 'RS256'));
  }

  return {
    now,
    /** An access token, and an id token where `openid` was asked for, with the claims that Cognito's have. */
    issue: async (pool: UserPool, client: Client, user: User, signIn: SignIn): Promise<TokenSet> => {
      const { authTime, originJti, scopes, nonce } = signIn;
      const common = {
        sub: user.sub,
        ...(user.groups.length > 0 && { 'cognito:groups': user.groups }),
        origin_jti: originJti,
        event_id: random.uuid(),
        auth_time: authTime,
      };
      const access = await sign(pool, client.accessTokenMs, {
        ...common,
        token_use: 'access',
        version: 2,
        client_id: client.id,
        username: user.sub,
        scope: scopes.join(' '),
      });
      const tokens = { access_token: access, expires_in: client.accessTokenMs / 1000, token_type: 'Bearer' } as const;
      if (!scopes.includes('openid')) return tokens;
      const { email_verified: verified, ...attributes } = user.attributes;
      const id = await sign(pool, client.idTokenMs, {
        ...common,
        ...attributes,
        ...(verified !== undefined && { email_verified: verified === 'true' }),
        ...(nonce !== undefined && { nonce }),
        at_hash: createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url'),
        'cognito:username': user.sub,
        token_use: 'id',
        aud: client.id,
      });
      return { ...tokens, id_token: id };
    },
    /** The claims of an access token of this pool; undefined for anything else. */
    readAccess: async (pool: UserPool, token: string): Promise<AccessClaims | undefined> => {
      try {
        const { payload } = await jwtVerify(token, createLocalJWKSet(publicKeys(pool)), {
          issuer: issuerOf(region, pool.id),
          currentDate: clock.now(),
        });
        return payload['token_use'] === 'access' ? (payload as unknown as AccessClaims) : undefined;
      } catch {
        return undefined; // Whatever is wrong with it, the client is told "invalid_token".
      }
    },
  };
}

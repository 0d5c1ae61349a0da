import { createHash } from 'node:crypto';
import type { WireResponse } from '../../../wire/messages.ts';
import type { SignIns } from '../sign-ins.ts';
import type { createTokens } from '../tokens.ts';
import type { Client, User, UserPool } from '../user-pool.ts';
import type { UserPools } from '../user-pools.ts';
import type { Users } from '../users.ts';
import { oauthError, oauthJson } from './cors.ts';

export type OAuthParts = {
  pools: UserPools;
  users: Users;
  signIns: SignIns;
  tokens: ReturnType<typeof createTokens>;
};

/** `POST /oauth2/token`: a code, or a refresh token, for tokens. Clients here are public: PKCE takes the place of a secret. */
export function createTokenEndpoint({ pools, users, signIns, tokens }: OAuthParts) {
  /** The user, if they may (still) have tokens. */
  function entitled(pool: UserPool, sub: string): User | undefined {
    const user = users.find(pool.id, sub);
    return user?.enabled === true ? user : undefined;
  }

  async function byCode(pool: UserPool, client: Client, form: URLSearchParams): Promise<WireResponse> {
    const code = signIns.takeCode(form.get('code') ?? '');
    if (code === undefined || code.clientId !== client.id || code.redirectUri !== form.get('redirect_uri'))
      return oauthError('invalid_grant');
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (code.challenge !== undefined && code.challenge !== proof) return oauthError('invalid_grant');
    const user = entitled(pool, code.sub);
    if (user === undefined) return oauthError('invalid_grant');
    const { authTime, originJti, scopes, sub } = code;
    const refresh = { userPoolId: pool.id, clientId: client.id, sub, authTime, originJti, scopes };
    const issued = await tokens.issue(pool, client, user, code);
    return oauthJson({ ...issued, refresh_token: signIns.createRefresh(refresh, client.refreshTokenMs) });
  }

  async function byRefresh(pool: UserPool, client: Client, form: URLSearchParams): Promise<WireResponse> {
    const refresh = signIns.refresh(form.get('refresh_token') ?? '');
    if (refresh === undefined || refresh.clientId !== client.id) return oauthError('invalid_grant');
    const user = entitled(pool, refresh.sub);
    return user === undefined
      ? oauthError('invalid_grant')
      : oauthJson(await tokens.issue(pool, client, user, refresh));
  }

  return async (pool: UserPool, form: URLSearchParams): Promise<WireResponse> => {
    const client = clientOf(pools, pool, form.get('client_id'));
    if (client === undefined) return oauthError('invalid_client');
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return byCode(pool, client, form);
      case 'refresh_token':
        return byRefresh(pool, client, form);
      case null:
        return oauthError('invalid_request');
      default:
        return oauthError('unsupported_grant_type');
    }
  };
}

/** The pool's client of this id; undefined if it has none. */
export function clientOf(pools: UserPools, pool: UserPool, id: string | null): Client | undefined {
  return pools.clientsOf(pool.id).find((client) => client.id === id);
}

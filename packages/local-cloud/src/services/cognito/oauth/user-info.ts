import type { WireResponse } from '../../../wire/messages.ts';
import type { UserPool } from '../user-pool.ts';
import { anyOrigin, oauthError, oauthJson } from './cors.ts';
import type { OAuthParts } from './token.ts';

/** `/oauth2/userInfo`: the attributes of the user whose access token is shown. Like AWS's it writes booleans as text. */
export function createUserInfoEndpoint({ users, signIns, tokens }: OAuthParts) {
  return async (pool: UserPool, authorization: string | undefined): Promise<WireResponse> => {
    const [, token = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    const claims = await tokens.readAccess(pool, token);
    const user = claims && users.find(pool.id, claims.sub);
    const isAlive = user?.enabled === true && claims !== undefined && signIns.isAlive(claims.origin_jti);
    if (!isAlive || !claims.scope.split(' ').includes('openid')) {
      const description =
        'error_description="Access token is expired, disabled, or deleted, or the user has globally signed out."';
      return {
        status: 401,
        headers: { ...anyOrigin, 'www-authenticate': `Bearer error="invalid_token", ${description}` },
        body: JSON.stringify({ error: 'invalid_token' }),
      };
    }
    return oauthJson({ sub: user.sub, ...user.attributes, username: user.sub });
  };
}

/** `POST /oauth2/revoke`: ends the sign-in of a refresh token. An unknown token is no error (RFC 7009). */
export function createRevokeEndpoint({ signIns }: OAuthParts) {
  return (form: URLSearchParams): WireResponse => {
    const token = form.get('token');
    if (token === null) return oauthError('invalid_request');
    const refresh = signIns.refresh(token);
    if (refresh !== undefined && refresh.clientId !== form.get('client_id')) return oauthError('invalid_client');
    signIns.revoke(token);
    return { status: 200, headers: anyOrigin };
  };
}

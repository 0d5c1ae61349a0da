import type { WireResponse } from '../../../wire/messages.ts';
import { publicKeys } from '../tokens.ts';
import { issuerOf, type UserPool } from '../user-pool.ts';
import { anyOrigin } from './cors.ts';

/** Where the pages and endpoints of a domain are, below the cloud's endpoint. A bucket's name begins with no underscore. */
export const HOSTED = '/_cognito/';

/** `/<user pool id>/.well-known/…`, as the issuer's own address has it. */
export const WELL_KNOWN = /^\/([\w-]+_[0-9A-Za-z]+)\/\.well-known\/(openid-configuration|jwks\.json)$/;

export function jwks(pool: UserPool): WireResponse {
  return json(publicKeys(pool));
}

/**
 * The discovery document. The issuer is AWS's, since tokens name it; every address is one that a browser on this machine
 * reaches. A pool without a domain has no pages, here as on AWS.
 */
export function openIdConfiguration(pool: UserPool, region: string, endpoint: string): WireResponse {
  const base = `${endpoint}${HOSTED}${pool.domain ?? ''}`;
  return json({
    issuer: issuerOf(region, pool.id),
    jwks_uri: `${endpoint}/${pool.id}/.well-known/jwks.json`,
    ...(pool.domain !== undefined && {
      authorization_endpoint: `${base}/oauth2/authorize`,
      token_endpoint: `${base}/oauth2/token`,
      userinfo_endpoint: `${base}/oauth2/userInfo`,
      revocation_endpoint: `${base}/oauth2/revoke`,
      end_session_endpoint: `${base}/logout`,
    }),
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  });
}

function json(document: object): WireResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'public, max-age=86400', ...anyOrigin },
    body: JSON.stringify(document),
  };
}

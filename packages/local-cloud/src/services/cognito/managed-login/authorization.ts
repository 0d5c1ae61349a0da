import { AwsError } from '../../../core/aws-error.ts';
import type { Client, UserPool } from '../user-pool.ts';
import type { UserPools } from '../user-pools.ts';
import { clientOf } from '../oauth/token.ts';

/** What a page asks for by `/oauth2/authorize`, once it is known to be in order. */
export type Authorization = {
  client: Client;
  redirectUri: string;
  scopes: readonly string[];
  state: string | null;
  nonce?: string;
  challenge?: string;
};

/** Wrong in a way that may be told to the application, by a redirect. */
export class AuthorizationError extends Error {
  override name = 'AuthorizationError';
  readonly location: string;

  constructor(location: string) {
    super(`The application is told at ${location}.`);
    this.location = location;
  }
}

/**
 * Reads the query of an authorization request. Throws AwsError for a client or an address that is not registered: then nothing may
 * be sent there. Throws AuthorizationError for what else is wrong.
 */
export function readAuthorization(pools: UserPools, pool: UserPool, query: URLSearchParams): Authorization {
  const client = clientOf(pools, pool, query.get('client_id'));
  if (client === undefined) throw new AwsError('invalid_client', 'Client does not exist.');
  const redirectUri = query.get('redirect_uri') ?? '';
  // Compared to the letter: a missing slash at the end is another address.
  if (!client.callbackUrls.includes(redirectUri))
    throw new AwsError('redirect_mismatch', `An error was encountered with the requested page: redirect_mismatch`);
  const state = query.get('state');
  const refuse = (error: string): never => {
    throw new AuthorizationError(withParameters(redirectUri, { error, ...(state !== null && { state }) }));
  };
  if (query.get('response_type') !== 'code') refuse('unsupported_response_type');
  const challenge = query.get('code_challenge') ?? undefined;
  if (challenge !== undefined && query.get('code_challenge_method') !== 'S256') refuse('invalid_request');
  const asked = query.get('scope')?.split(/[ +]/).filter(Boolean) ?? [];
  if (asked.some((scope) => !client.scopes.includes(scope))) refuse('invalid_scope');
  const nonce = query.get('nonce') ?? undefined;
  return {
    client,
    redirectUri,
    scopes: asked.length === 0 ? client.scopes : asked,
    state,
    ...(nonce !== undefined && { nonce }),
    ...(challenge !== undefined && { challenge }),
  };
}

/** An address with more parameters in its query. */
export function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

import { createHash } from 'node:crypto';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { createClock } from '../../../src/core/clock.ts';
import type { CloudEvent } from '../../../src/core/cloud-event.ts';
import { createRandom } from '../../../src/core/random.ts';
import { createCognito } from '../../../src/services/cognito/cognito.ts';
import type { InvokeTrigger } from '../../../src/services/cognito/triggers.ts';
import { createGateway } from '../../../src/wire/gateway.ts';
import { createBrowser, type Page } from '../../../src/testing/oauth-browser.ts';

export const CALLBACK = 'http://localhost:3000/';
export const PASSWORD = 'Correct-horse-7';
const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-0123456789';
const challenge = createHash('sha256').update(verifier).digest('base64url');

type Endpoints = Readonly<
  Record<
    | 'issuer'
    | 'authorization_endpoint'
    | 'token_endpoint'
    | 'userinfo_endpoint'
    | 'revocation_endpoint'
    | 'end_session_endpoint'
    | 'jwks_uri',
    string
  >
>;

export type Tokens = {
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
  token_type: string;
};

/** A user pool behind a gateway, with one client, a group and a domain. `close` must be called. */
export async function bootPool({
  invokeTrigger = async () => ({ succeeded: true, payload: '{"response":{}}' }),
  stateFolder,
  hasBranding = true,
  reuse,
}: {
  invokeTrigger?: InvokeTrigger;
  stateFolder?: string;
  hasBranding?: boolean;
  /** Of an earlier boot with the same state. */
  reuse?: { poolId: string; clientId: string };
} = {}) {
  const stop = new AbortController();
  const events: CloudEvent[] = [];
  let endpoint = '';
  const cognito = createCognito(
    {
      region: 'us-east-1',
      accountId: '000000000000',
      clock: createClock(),
      random: createRandom(reuse === undefined ? 5 : 6),
      observe: (event) => void events.push(event),
      deliver: async () => undefined,
      stopping: stop.signal,
      endpoint: () => endpoint,
      ...(stateFolder !== undefined && { stateFolder }),
    },
    { invokeTrigger },
  );
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    services: [cognito.api],
    resolveCaller: () => ({ arn: 'arn:aws:iam::000000000000:root', authorize: () => undefined }),
    observe: (event) => void events.push(event),
    random: createRandom(1),
  });
  endpoint = gateway.endpoint;
  const { poolId, clientId } = reuse ?? (await makePool());

  async function makePool(): Promise<{ poolId: string; clientId: string }> {
    const { id } = await cognito.userPools.create({
      name: 'people',
      tier: 'ESSENTIALS',
      caseSensitive: false,
      adminCreateUserOnly: false,
      deletionProtection: 'INACTIVE',
      preSignUpArn: 'arn:aws:lambda:us-east-1:000000000000:function:admit:live',
    });
    cognito.userPools.setDomain(id, 'people-000000000000');
    cognito.userPools.putGroup(id, 'admins', {});
    const client = cognito.userPools.createClient({
      userPoolId: id,
      name: 'page',
      callbackUrls: [CALLBACK],
      logoutUrls: [CALLBACK],
      scopes: ['openid', 'email', 'profile'],
      accessTokenMs: 3_600_000,
      idTokenMs: 3_600_000,
      refreshTokenMs: 86_400_000,
    });
    if (hasBranding) cognito.userPools.changeClient(client.id, { hasBranding });
    return { poolId: id, clientId: client.id };
  }

  const discovered = (await (
    await fetch(`${endpoint}/${poolId}/.well-known/openid-configuration`)
  ).json()) as Endpoints;
  const sdk = new CognitoIdentityProviderClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

  const authorizeUrl = (changes: Readonly<Record<string, string>> = {}): string => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: CALLBACK,
      scope: 'openid email profile',
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...changes,
    });
    return `${discovered.authorization_endpoint}?${query.toString()}`;
  };

  const token = (form: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(discovered.token_endpoint, { method: 'POST', body: new URLSearchParams({ client_id: clientId, ...form }) });

  const exchange = (code: string, changes: Readonly<Record<string, string>> = {}): Promise<Response> =>
    token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: verifier, ...changes });

  const pool = {
    cognito,
    sdk,
    events,
    endpoint,
    poolId,
    clientId,
    discovered,
    authorizeUrl,
    exchange,
    /** Opens managed login as the page does; gives the form. */
    openLogin: async (browser = createBrowser(), changes: Readonly<Record<string, string>> = {}): Promise<Page> => {
      const { location } = await browser.open(authorizeUrl(changes));
      return browser.open(location);
    },
    refresh: (refreshToken: string): Promise<Response> =>
      token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    /** Signs in and gives the tokens. */
    signIn: async (email: string, password = PASSWORD, browser = createBrowser()): Promise<Tokens> => {
      const form = await pool.openLogin(browser);
      const { location, alert } = await form.submit({ username: email, password });
      if (location === '') throw new Error(`No sign-in: ${alert}`);
      return (await (await exchange(codeIn(location))).json()) as Tokens;
    },
    /** The claims of a token, verified by the keys that the pool publishes. */
    verify: async (text: string): Promise<JWTPayload> => {
      const keys = (await (await fetch(discovered.jwks_uri)).json()) as JSONWebKeySet;
      return (await jwtVerify(text, createLocalJWKSet(keys), { issuer: discovered.issuer })).payload;
    },
    close: async (): Promise<void> => {
      sdk.destroy();
      stop.abort();
      await gateway.close();
    },
  };
  return pool;
}

export function codeIn(location: string): string {
  return new URL(location).searchParams.get('code') ?? '';
}

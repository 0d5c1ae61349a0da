import type { JSONWebKeySet } from 'jose';
import { AwsError } from '../../core/aws-error.ts';
import type { Api, WireRequest, WireResponse } from '../../wire/messages.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { createAccounts } from './accounts.ts';
import { cognitoApi } from './api/api.ts';
import { createManagedLogin } from './managed-login/managed-login.ts';
import { preflight } from './oauth/cors.ts';
import { HOSTED, jwks, openIdConfiguration, WELL_KNOWN } from './oauth/discovery.ts';
import { createTokenEndpoint } from './oauth/token.ts';
import { createRevokeEndpoint, createUserInfoEndpoint } from './oauth/user-info.ts';
import { openSignIns } from './sign-ins.ts';
import { createTokens, publicKeys } from './tokens.ts';
import { createPreSignUp, type InvokeTrigger } from './triggers.ts';
import { issuerOf, type UserPool } from './user-pool.ts';
import { openUserPools } from './user-pools.ts';
import { openUsers } from './users.ts';

export type Cognito = ReturnType<typeof createCognito>;

/**
 * Cognito user pools, as far as a page needs them to sign people in: managed login with the authorization code flow and PKCE,
 * signed tokens, their public keys, and what administrators do with users and groups.
 */
export function createCognito(context: ServiceContext, { invokeTrigger }: { invokeTrigger: InvokeTrigger }) {
  const { region, endpoint, random } = context;
  const pools = openUserPools(context);
  const users = openUsers(context, (id) => pools.get(id).caseSensitive);
  const signIns = openSignIns(context);
  const tokens = createTokens(context);
  const askPreSignUp = createPreSignUp(context, invokeTrigger);
  const accounts = createAccounts({ context, pools, users, signIns, askPreSignUp });
  const oauth = { pools, users, signIns, tokens };
  const tokenEndpoint = createTokenEndpoint(oauth);
  const userInfo = createUserInfoEndpoint(oauth);
  const revoke = createRevokeEndpoint(oauth);
  const managedLogin = createManagedLogin({ ...oauth, accounts, random: random.branch('managed login') });
  const administration = cognitoApi({ pools, users, accounts });

  function wellKnown({ path }: WireRequest): WireResponse | undefined {
    const [, id = '', document] = WELL_KNOWN.exec(path) ?? [];
    const pool = pools.list().find((one) => one.id === id);
    if (pool === undefined) return undefined;
    return document === 'jwks.json' ? jwks(pool) : openIdConfiguration(pool, region, endpoint());
  }

  /** The endpoints and pages of one domain. */
  async function hosted(request: WireRequest): Promise<WireResponse | undefined> {
    const [domain = '', ...rest] = request.path.slice(HOSTED.length).split('/');
    const pool = pools.byDomain(domain);
    if (pool === undefined) return undefined;
    const name = rest.join('/');
    const form = new URLSearchParams(request.method === 'POST' ? request.body.toString('utf8') : '');
    const program = programs[name];
    if (program === undefined) return managedLogin({ pool, domain, request, form }, name);
    if (request.method === 'OPTIONS') return preflight(program.methods);
    return program.methods.split(', ').includes(request.method) ? program.handle(pool, request, form) : undefined;
  }

  const programs: Readonly<
    Record<
      string,
      {
        methods: string;
        handle: (pool: UserPool, request: WireRequest, form: URLSearchParams) => WireResponse | Promise<WireResponse>;
      }
    >
  > = {
    'oauth2/token': { methods: 'POST', handle: (pool, _, form) => tokenEndpoint(pool, form) },
    'oauth2/userInfo': {
      methods: 'GET, POST',
      handle: (pool, { headers }) => userInfo(pool, headers['authorization']),
    },
    'oauth2/revoke': { methods: 'POST', handle: (_, __, form) => revoke(form) },
  };

  const api: Api = {
    ...administration,
    ownsPath: (path) => path.startsWith(HOSTED) || WELL_KNOWN.test(path),
    // They guard themselves: by codes, tokens, and a token in each form.
    opensTo: (_page, { path }) => path.startsWith(HOSTED) || WELL_KNOWN.test(path),
    handle: async (request) => {
      if (request.path === '/') return administration.handle(request);
      const answer = (await (request.path.startsWith(HOSTED) ? hosted(request) : wellKnown(request))) ?? undefined;
      if (answer !== undefined) return answer;
      throw new AwsError('NotFound', `There is nothing at ${request.method} ${request.path}.`, 404);
    },
  };

  return {
    api,
    userPools: {
      ...pools,
      delete: (id: string): void => {
        pools.delete(id);
        users.deletePool(id);
      },
    },
    users,
    /** The public keys of an issuer, as an authorizer that trusts it reads them; undefined if it is none of ours. */
    keysOf: (issuer: string): JSONWebKeySet | undefined => {
      const pool = pools.list().find(({ id }) => issuerOf(region, id) === issuer);
      return pool && publicKeys(pool);
    },
    issuerOf: (userPoolId: string): string => issuerOf(region, userPoolId),
  };
}

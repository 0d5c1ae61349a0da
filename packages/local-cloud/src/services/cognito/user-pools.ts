import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { randomText } from './random-text.ts';
import type { Client, UserPool, UserPoolSettings } from './user-pool.ts';

export type UserPools = ReturnType<typeof openUserPools>;

/** User pools, their app clients, groups and domains. */
export function openUserPools({ region, accountId, clock, random, stateFolder }: ServiceContext) {
  const file = (name: string): string | undefined => stateFolder && join(stateFolder, 'cognito', `${name}.jsonl`);
  const pools = openStore<UserPool>(file('user-pools'));
  const clients = openStore<Client>(file('clients'));

  function get(id: string): UserPool {
    const pool = pools.get(id);
    if (pool !== undefined) return pool;
    throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
  }

  function client(id: string): Client {
    const found = clients.get(id);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
  }

  function change(id: string, changes: Partial<UserPool>): UserPool {
    const pool = { ...get(id), ...changes };
    pools.set(id, pool);
    return pool;
  }

  const list = (): UserPool[] => [...pools.entries()].map(([, pool]) => pool);

  return {
    get,
    list,
    client,
    create: async (settings: UserPoolSettings): Promise<UserPool> => {
      const { privateKey } = await generateKeyPair('RS256', { extractable: true });
      const id = `${region}_${randomText(random, 9)}`;
      const pool: UserPool = {
        ...settings,
        id,
        arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}`,
        privateKey: { ...(await exportJWK(privateKey)), kid: random.uuid(), alg: 'RS256', use: 'sig' },
        groups: {},
        createdAt: clock.now().toISOString(),
      };
      pools.set(id, pool);
      return pool;
    },
    update: (id: string, settings: UserPoolSettings): UserPool => {
      const { arn, privateKey, groups, domain, createdAt } = get(id);
      const pool = { ...settings, id, arn, privateKey, groups, createdAt, ...(domain !== undefined && { domain }) };
      pools.set(id, pool);
      return pool;
    },
    delete: (id: string): void => {
      const { deletionProtection, domain } = get(id);
      if (deletionProtection === 'ACTIVE') {
        throw new AwsError(
          'InvalidParameterException',
          'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
        );
      }
      if (domain !== undefined) {
        throw new AwsError(
          'InvalidParameterException',
          'User pool cannot be deleted. It has a domain configured that should be deleted first.',
        );
      }
      for (const [clientId, { userPoolId }] of [...clients.entries()]) if (userPoolId === id) clients.delete(clientId);
      pools.delete(id);
    },
    /** The pool whose managed login is served under this prefix; undefined if none is. */
    byDomain: (domain: string): UserPool | undefined => list().find((pool) => pool.domain === domain),
    setDomain: (id: string, domain: string | undefined): void => {
      const { domain: before, ...rest } = get(id);
      if (domain === undefined) {
        pools.set(id, rest);
        return;
      }
      const owner = list().find((pool) => pool.domain === domain);
      if (owner !== undefined && owner.id !== id)
        throw new AwsError('InvalidParameterException', 'Domain already associated with another user pool.');
      if (before !== undefined && before !== domain)
        throw new AwsError('InvalidParameterException', 'User pool already has a domain configured.');
      change(id, { domain });
    },
    putGroup: (id: string, name: string, group: { description?: string }): void => {
      const { groups } = get(id);
      const createdAt = groups[name]?.createdAt ?? clock.now().toISOString();
      change(id, { groups: { ...groups, [name]: { ...group, createdAt } } });
    },
    deleteGroup: (id: string, name: string): void => {
      const left = Object.entries(get(id).groups).filter(([group]) => group !== name);
      change(id, { groups: Object.fromEntries(left) });
    },
    /** Throws AwsError ResourceNotFoundException for a group that the pool does not have. */
    checkGroup: (id: string, name: string): void => {
      if (!Object.hasOwn(get(id).groups, name)) throw new AwsError('ResourceNotFoundException', 'Group not found.');
    },
    createClient: (spec: Omit<Client, 'id' | 'hasBranding'>): Client => {
      get(spec.userPoolId);
      const made = { ...spec, id: randomText(random, 26).toLowerCase(), hasBranding: false };
      clients.set(made.id, made);
      return made;
    },
    changeClient: (id: string, changes: Partial<Omit<Client, 'id' | 'userPoolId'>>): Client => {
      const changed = { ...client(id), ...changes };
      clients.set(id, changed);
      return changed;
    },
    clientsOf: (userPoolId: string): Client[] =>
      [...clients.entries()].map(([, one]) => one).filter((one) => one.userPoolId === userPoolId),
    deleteClient: (id: string): void => {
      client(id);
      clients.delete(id);
    },
  };
}

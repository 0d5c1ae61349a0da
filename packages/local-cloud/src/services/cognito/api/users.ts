import { z } from 'zod';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import { paged } from '../../../wire/paged.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { User } from '../user-pool.ts';
import type { CognitoParts } from './types.ts';

const INVALID = 'InvalidParameterException';
const one = { UserPoolId: z.string(), Username: z.string() };
const oneUser = z.strictObject(one);
const create = z.strictObject({
  ...one,
  UserAttributes: z.array(z.strictObject({ Name: z.string(), Value: z.string().default('') })).default([]),
  TemporaryPassword: z.string().optional(),
  MessageAction: z.literal('SUPPRESS').optional(),
  DesiredDeliveryMediums: z.array(z.literal('EMAIL')).optional(),
});
const setPassword = z.strictObject({ ...one, Password: z.string(), Permanent: z.boolean().default(false) });
const list = z.strictObject({
  UserPoolId: z.string(),
  Limit: z.int().min(0).max(60).default(60),
  PaginationToken: z.string().optional(),
  Filter: z.string().optional(),
});

/** What an administrator writes: `email` comes with the name, and nobody sets the id. */
const WRITABLE = new Set(['email', 'email_verified', 'name', 'given_name', 'family_name', 'locale']);

export function userOperations({ pools, users, accounts }: CognitoParts): Record<string, JsonOperation> {
  /** An operation about one user, who is read and whom the caller must be allowed to touch. */
  const aboutOne =
    (name: string, act: (user: User) => object | Promise<object>): JsonOperation =>
    (body, { authorize }) => {
      const { UserPoolId, Username } = readInput(`cognito-idp:${name}`, oneUser, body, INVALID);
      authorize(`cognito-idp:${name}`, pools.get(UserPoolId).arn);
      return act(users.get(UserPoolId, Username));
    };
  return {
    AdminCreateUser: async (body, { authorize }) => {
      const asked = readInput('cognito-idp:AdminCreateUser', create, body, INVALID);
      authorize('cognito-idp:AdminCreateUser', pools.get(asked.UserPoolId).arn);
      const attributes = Object.fromEntries(asked.UserAttributes.map(({ Name, Value }) => [Name, Value]));
      const unknown = Object.keys(attributes).find((attribute) => !WRITABLE.has(attribute));
      if (unknown !== undefined) throw notImplemented(`the user attribute ${unknown} of cognito-idp:AdminCreateUser`);
      const user = await accounts.createByAdmin(asked.UserPoolId, {
        email: asked.Username,
        attributes,
        isSilent: asked.MessageAction === 'SUPPRESS',
        ...(asked.TemporaryPassword !== undefined && { temporaryPassword: asked.TemporaryPassword }),
      });
      return { User: { ...described(user), Attributes: attributesOf(user) } };
    },
    AdminSetUserPassword: async (body, { authorize }) => {
      const asked = readInput('cognito-idp:AdminSetUserPassword', setPassword, body, INVALID);
      authorize('cognito-idp:AdminSetUserPassword', pools.get(asked.UserPoolId).arn);
      await accounts.setPassword(users.get(asked.UserPoolId, asked.Username), asked.Password, asked.Permanent);
      return {};
    },
    AdminGetUser: aboutOne('AdminGetUser', (user) => ({ ...described(user), UserAttributes: attributesOf(user) })),
    AdminDisableUser: aboutOne('AdminDisableUser', (user) => {
      accounts.setEnabled(user, false);
      return {};
    }),
    AdminEnableUser: aboutOne('AdminEnableUser', (user) => {
      accounts.setEnabled(user, true);
      return {};
    }),
    AdminDeleteUser: aboutOne('AdminDeleteUser', (user) => {
      accounts.delete(user);
      return {};
    }),
    AdminUserGlobalSignOut: aboutOne('AdminUserGlobalSignOut', (user) => {
      accounts.signOut(user);
      return {};
    }),
    ListUsers: (body, { authorize }) => {
      const asked = readInput('cognito-idp:ListUsers', list, body, INVALID);
      authorize('cognito-idp:ListUsers', pools.get(asked.UserPoolId).arn);
      const found = users.list(asked.UserPoolId).filter(filterOf(asked.Filter));
      const { items, next } = paged(found, {
        token: asked.PaginationToken,
        size: asked.Limit === 0 ? 60 : asked.Limit,
        invalidCode: INVALID,
      });
      return {
        Users: items.map((user) => ({ ...described(user), Attributes: attributesOf(user) })),
        ...(next.NextToken !== undefined && { PaginationToken: next.NextToken }),
      };
    },
  };
}

/** `email = "…"` and `email ^= "…"` (begins with); AWS filters by other attributes too. */
function filterOf(filter: string | undefined): (user: User) => boolean {
  if (filter === undefined || filter === '') return () => true;
  const [, attribute, operator, value = ''] = /^"?(\w+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"$/.exec(filter) ?? [];
  if (attribute === undefined) throw new AwsError(INVALID, 'Error while parsing filter.');
  if (attribute !== 'email') throw notImplemented(`a Filter of cognito-idp:ListUsers by ${attribute}`);
  const wanted = value.replaceAll(/\\(.)/g, '$1').toLowerCase();
  return ({ email }) => (operator === '=' ? email.toLowerCase() === wanted : email.toLowerCase().startsWith(wanted));
}

/** A user as the API describes it, but for its attributes, whose name differs among operations. Times are seconds since the epoch. */
export function described({ sub, createdAt, modifiedAt, enabled, status }: User): object {
  return {
    Username: sub,
    UserCreateDate: new Date(createdAt).getTime() / 1000,
    UserLastModifiedDate: new Date(modifiedAt).getTime() / 1000,
    Enabled: enabled,
    UserStatus: status,
  };
}

export function attributesOf({ sub, attributes }: User): object[] {
  return Object.entries({ sub, ...attributes }).map(([Name, Value]) => ({ Name, Value }));
}

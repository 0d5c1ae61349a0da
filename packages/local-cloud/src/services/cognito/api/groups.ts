import { z } from 'zod';
import type { JsonOperation } from '../../../wire/json.ts';
import { paged } from '../../../wire/paged.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { CognitoParts } from './types.ts';
import { attributesOf, described } from './users.ts';

const INVALID = 'InvalidParameterException';
const member = z.strictObject({ UserPoolId: z.string(), Username: z.string(), GroupName: z.string() });
const page = { Limit: z.int().min(0).max(60).default(60), NextToken: z.string().optional() };
const groupsOfOne = z.strictObject({ UserPoolId: z.string(), Username: z.string(), ...page });
const usersOfOne = z.strictObject({ UserPoolId: z.string(), GroupName: z.string(), ...page });

export function groupOperations({ pools, users, accounts }: CognitoParts): Record<string, JsonOperation> {
  const change =
    (name: string, changed: (groups: readonly string[], group: string) => readonly string[]): JsonOperation =>
    (body, { authorize }) => {
      const { UserPoolId, Username, GroupName } = readInput(`cognito-idp:${name}`, member, body, INVALID);
      authorize(`cognito-idp:${name}`, pools.get(UserPoolId).arn);
      pools.checkGroup(UserPoolId, GroupName);
      const user = users.get(UserPoolId, Username);
      accounts.setGroups(user, changed(user.groups, GroupName));
      return {};
    };
  return {
    AdminAddUserToGroup: change('AdminAddUserToGroup', (groups, group) => [...new Set([...groups, group])]),
    AdminRemoveUserFromGroup: change('AdminRemoveUserFromGroup', (groups, group) =>
      groups.filter((one) => one !== group),
    ),
    AdminListGroupsForUser: (body, { authorize }) => {
      const asked = readInput('cognito-idp:AdminListGroupsForUser', groupsOfOne, body, INVALID);
      const pool = pools.get(asked.UserPoolId);
      authorize('cognito-idp:AdminListGroupsForUser', pool.arn);
      const { items, next } = paged(users.get(pool.id, asked.Username).groups, pageOf(asked));
      return { Groups: items.map((name) => groupDescription(pool, name)), ...next };
    },
    ListUsersInGroup: (body, { authorize }) => {
      const asked = readInput('cognito-idp:ListUsersInGroup', usersOfOne, body, INVALID);
      authorize('cognito-idp:ListUsersInGroup', pools.get(asked.UserPoolId).arn);
      pools.checkGroup(asked.UserPoolId, asked.GroupName);
      const found = users.list(asked.UserPoolId).filter(({ groups }) => groups.includes(asked.GroupName));
      const { items, next } = paged(found, pageOf(asked));
      return { Users: items.map((user) => ({ ...described(user), Attributes: attributesOf(user) })), ...next };
    },
  };
}

function pageOf({ Limit, NextToken }: { Limit: number; NextToken?: string | undefined }) {
  return { token: NextToken, size: Limit === 0 ? 60 : Limit, invalidCode: INVALID };
}

export function groupDescription(
  { id, groups }: { id: string; groups: Readonly<Record<string, { description?: string; createdAt: string }>> },
  name: string,
): object {
  const { description, createdAt = '' } = groups[name] ?? {};
  const date = new Date(createdAt).getTime() / 1000;
  return {
    GroupName: name,
    UserPoolId: id,
    ...(description !== undefined && { Description: description }),
    CreationDate: date,
    LastModifiedDate: date,
  };
}

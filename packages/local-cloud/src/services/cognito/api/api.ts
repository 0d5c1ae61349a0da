import { awsJson } from '../../../wire/json.ts';
import type { Api } from '../../../wire/messages.ts';
import type { Accounts } from '../accounts.ts';
import type { UserPools } from '../user-pools.ts';
import type { Users } from '../users.ts';
import { descriptionOperations } from './descriptions.ts';
import { groupOperations } from './groups.ts';
import { userOperations } from './users.ts';

export type CognitoParts = { pools: UserPools; users: Users; accounts: Accounts };

/** What administrators do with users and groups; pools and clients are made by stacks. */
export function cognitoApi(parts: CognitoParts): Api {
  return awsJson('cognito-idp', {
    ...userOperations(parts),
    ...groupOperations(parts),
    ...descriptionOperations(parts),
  });
}

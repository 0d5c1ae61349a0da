import type { Accounts } from '../accounts.ts';
import type { UserPools } from '../user-pools.ts';
import type { Users } from '../users.ts';

export type CognitoParts = { pools: UserPools; users: Users; accounts: Accounts };

import { join } from 'node:path';
import { AwsError } from '../../core/aws-error.ts';
import { openStore } from '../../core/store.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { User } from './user-pool.ts';

export type Users = ReturnType<typeof openUsers>;

/** The users of all pools. They are found by e-mail address or by `sub`, as AWS takes both for a user name. */
export function openUsers({ clock, stateFolder }: ServiceContext, isCaseSensitive: (userPoolId: string) => boolean) {
  const users = openStore<User>(stateFolder && join(stateFolder, 'cognito', 'users.jsonl'));
  const keyOf = (userPoolId: string, sub: string): string => `${userPoolId}/${sub}`;

  function list(userPoolId: string): User[] {
    return [...users.entries()].map(([, user]) => user).filter((user) => user.userPoolId === userPoolId);
  }

  function find(userPoolId: string, name: string): User | undefined {
    const fold = (text: string): string => (isCaseSensitive(userPoolId) ? text : text.toLowerCase());
    return users.get(keyOf(userPoolId, name)) ?? list(userPoolId).find(({ email }) => fold(email) === fold(name));
  }

  function get(userPoolId: string, name: string): User {
    const user = find(userPoolId, name);
    if (user !== undefined) return user;
    throw new AwsError('UserNotFoundException', 'User does not exist.');
  }

  return {
    list,
    find,
    get,
    /** Throws AwsError UsernameExistsException if the pool has a user of this address. */
    add: (user: Omit<User, 'createdAt' | 'modifiedAt'>): User => {
      if (find(user.userPoolId, user.email) !== undefined)
        throw new AwsError('UsernameExistsException', 'An account with the given email already exists.');
      const now = clock.now().toISOString();
      const made: User = { ...user, createdAt: now, modifiedAt: now };
      users.set(keyOf(user.userPoolId, user.sub), made);
      return made;
    },
    change: ({ userPoolId, sub }: Pick<User, 'userPoolId' | 'sub'>, changes: Partial<User>): User => {
      const changed = { ...get(userPoolId, sub), ...changes, modifiedAt: clock.now().toISOString() };
      users.set(keyOf(userPoolId, sub), changed);
      return changed;
    },
    delete: ({ userPoolId, sub }: Pick<User, 'userPoolId' | 'sub'>): void => {
      users.delete(keyOf(userPoolId, sub));
    },
    deletePool: (userPoolId: string): void => {
      for (const { sub } of list(userPoolId)) users.delete(keyOf(userPoolId, sub));
    },
  };
}

import { AwsError } from '../../core/aws-error.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { checkPassword, hashPassword, isPassword } from './passwords.ts';
import { randomDigits, randomText } from './random-text.ts';
import type { SignIns } from './sign-ins.ts';
import type { createPreSignUp } from './triggers.ts';
import type { User, UserPool } from './user-pool.ts';
import type { UserPools } from './user-pools.ts';
import type { Users } from './users.ts';

export type Accounts = ReturnType<typeof createAccounts>;

type Parts = {
  context: ServiceContext;
  pools: UserPools;
  users: Users;
  signIns: SignIns;
  askPreSignUp: ReturnType<typeof createPreSignUp>;
};

/** How accounts come to be and are changed: by an administrator, and by the users themselves in managed login. */
export function createAccounts({ context: { random, observe }, pools, users, signIns, askPreSignUp }: Parts) {
  /** Nothing is mailed here: the console says what Cognito would send. */
  const mail = (to: string, text: string): void => observe({ type: 'note', text: `Cognito would mail ${to}: ${text}` });

  function attributesOf(given: Readonly<Record<string, string>>, email: string): Record<string, string> {
    return { ...given, email, email_verified: given['email_verified'] ?? 'false' };
  }

  /** Throws AwsError InvalidParameterException for what cannot be an address. */
  function checkEmail(email: string): void {
    if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254)
      throw new AwsError('InvalidParameterException', 'Username should be an email.');
  }

  async function makeUser(
    pool: UserPool,
    made: Pick<User, 'email' | 'attributes' | 'status'> & { password: string },
    sub: string,
  ): Promise<User> {
    const { password, ...user } = made;
    const passwordHash = await hashPassword(password, sub);
    return users.add({ ...user, userPoolId: pool.id, sub, enabled: true, groups: [], passwordHash });
  }

  function checkNew(pool: UserPool, email: string): void {
    if (users.find(pool.id, email) !== undefined)
      throw new AwsError('UsernameExistsException', 'An account with the given email already exists.');
  }

  return {
    /** AdminCreateUser: the trigger is asked too, and tells it by its source. */
    createByAdmin: async (
      userPoolId: string,
      given: { email: string; attributes: Record<string, string>; temporaryPassword?: string; isSilent: boolean },
    ): Promise<User> => {
      const pool = pools.get(userPoolId);
      const { email, isSilent, temporaryPassword: password = `${randomText(random, 10)}aA1!` } = given;
      checkEmail(email);
      checkNew(pool, email);
      checkPassword(password);
      const attributes = attributesOf(given.attributes, email);
      const sub = random.uuid();
      const asked = { userName: sub, clientId: 'CLIENT_ID_NOT_APPLICABLE', userAttributes: attributes };
      await askPreSignUp(pool, { triggerSource: 'PreSignUp_AdminCreateUser', ...asked });
      const user = await makeUser(pool, { email, attributes, status: 'FORCE_CHANGE_PASSWORD', password }, sub);
      if (!isSilent) mail(email, `your user name is ${email} and your temporary password is ${password}`);
      return user;
    },
    setPassword: async (user: User, password: string, isPermanent: boolean): Promise<User> => {
      checkPassword(password);
      const passwordHash = await hashPassword(password, user.sub);
      return users.change(user, { passwordHash, status: isPermanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD' });
    },
    setEnabled: (user: User, enabled: boolean): User => {
      if (!enabled) signIns.signOut(user);
      return users.change(user, { enabled });
    },
    /** Signs the user out everywhere. Access tokens stay valid for those who verify them offline, as on AWS. */
    signOut: (user: User): void => signIns.signOut(user),
    delete: (user: User): void => {
      signIns.signOut(user);
      users.delete(user);
    },
    setGroups: (user: User, groups: readonly string[]): User => users.change(user, { groups: [...groups].sort() }),
    /** SignUp of managed login. The user is confirmed by the code that is mailed, or by the trigger. */
    signUp: async (pool: UserPool, clientId: string, email: string, password: string): Promise<User> => {
      if (pool.adminCreateUserOnly)
        throw new AwsError('NotAuthorizedException', 'SignUp is not permitted for this user pool');
      checkEmail(email);
      checkPassword(password);
      const attributes = attributesOf({}, email);
      const sub = random.uuid();
      const asked = { userName: sub, clientId, userAttributes: { email } };
      const verdict = await askPreSignUp(pool, { triggerSource: 'PreSignUp_SignUp', ...asked });
      checkNew(pool, email);
      const status = verdict.autoConfirmUser ? 'CONFIRMED' : 'UNCONFIRMED';
      const verified = { ...attributes, email_verified: String(verdict.autoVerifyEmail) };
      const user = await makeUser(pool, { email, attributes: verified, status, password }, sub);
      if (status === 'CONFIRMED') return user;
      const confirmationCode = randomDigits(random);
      mail(email, `your confirmation code is ${confirmationCode}`);
      return users.change(user, { confirmationCode });
    },
    confirm: (user: User, code: string): User => {
      if ((user.confirmationCode ?? '') === '' || user.confirmationCode !== code)
        throw new AwsError('CodeMismatchException', 'Invalid verification code provided, please try again.');
      return users.change(user, {
        status: 'CONFIRMED',
        attributes: { ...user.attributes, email_verified: 'true' },
        confirmationCode: '', // used up
      });
    },
    /** Throws AwsError NotAuthorizedException; a user that does not exist is not told from a wrong password. */
    authenticate: async (pool: UserPool, name: string, password: string): Promise<User> => {
      const user = users.find(pool.id, name);
      if (!(await isPassword(password, user?.sub ?? name, user?.passwordHash)) || user === undefined)
        throw new AwsError('NotAuthorizedException', 'Incorrect username or password.');
      if (!user.enabled) throw new AwsError('NotAuthorizedException', 'User is disabled.');
      return user;
    },
  };
}

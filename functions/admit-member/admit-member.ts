import { isMember, type Members } from './members.ts';

/** What Cognito asks: `PreSignUp_SignUp` (somebody signs up), `PreSignUp_AdminCreateUser`, `PreSignUp_ExternalProvider`. */
export type SignUp = { triggerSource: string; email: string | undefined };

/** Not an error of ours: Cognito hands the message on to the visitor. */
export class RefusedError extends Error {
  override name = 'RefusedError';
}

/**
 * Whether somebody may have an account. Whom an administrator creates may, anybody else only if named. Throws RefusedError. Nobody is
 * confirmed by this: an address has to be proved by its mail.
 */
export function admitMember(members: Members, { triggerSource, email }: SignUp): void {
  if (triggerSource === 'PreSignUp_AdminCreateUser') return;
  if (triggerSource === 'PreSignUp_SignUp' && email !== undefined && isMember(members, email)) return;
  throw new RefusedError('This gallery is by invitation. Ask the person who runs it to let you in.');
}

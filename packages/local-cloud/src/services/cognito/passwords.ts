import { createHash, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AwsError } from '../../core/aws-error.ts';

const derive = promisify(scrypt) as (password: string, salt: string, length: number) => Promise<Buffer>;
const LENGTH = 32; // bytes

/** Cognito's default policy, in the words of its errors. */
const rules: readonly (readonly [unlike: RegExp, message: string])[] = [
  [/^.{8,256}$/s, 'Password not long enough'],
  [/[A-Z]/, 'Password must have uppercase characters'],
  [/[a-z]/, 'Password must have lowercase characters'],
  [/\d/, 'Password must have numeric characters'],
  [/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/, 'Password must have symbol characters'],
];

/** Throws AwsError InvalidPasswordException for a password that Cognito's default policy does not accept. */
export function checkPassword(password: string): void {
  const broken = rules.find(([pattern]) => !pattern.test(password));
  if (broken !== undefined)
    throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${broken[1]}`);
}

/** The salt is the user's `sub`: two users with the same password have different hashes. */
export async function hashPassword(password: string, sub: string): Promise<string> {
  return (await derive(password, sub, LENGTH)).toString('base64url');
}

export async function isPassword(password: string, sub: string, hash: string | undefined): Promise<boolean> {
  // A user without a password takes as long to refuse as a wrong password.
  const expected = hash === undefined ? createHash('sha256').update(sub).digest() : Buffer.from(hash, 'base64url');
  const found = await derive(password, sub, LENGTH);
  return timingSafeEqual(found, expected) && hash !== undefined;
}

import { Problem } from './problem.ts';

/** Who asks: what the HTTP API has read in a token that it has verified. */
export type User = { sub: string; isAdmin: boolean };

/** The group of the user pool whose members may look at other people's images. */
const ADMINS = 'admins';

/** What a `sub` may look like, so that it is one segment of a key. Cognito's are UUIDs. */
const SUB = /^[\w-]{1,128}$/u;

/** The owner of the requested images: the user, or the owner that an admin names. Throws a Problem if another user names an owner. */
export function ownerFor(user: User, asked: string | null): string {
  if (asked === null || asked === user.sub) return user.sub;
  if (!user.isAdmin) throw new Problem('forbidden', 'Only administrators may look at the images of others.');
  if (!SUB.test(asked)) throw new Problem('invalid-request', 'The parameter "owner" is not the id of a user.');
  return asked;
}

/**
 * The user of an access token's claims. Throws a Problem where there is none, although the HTTP API asks nobody without one: a mistake in
 * a route must not grant access.
 */
export function userOf(claims: Readonly<Record<string, unknown>>): User {
  const { sub, token_use: use } = claims;
  if (typeof sub !== 'string' || !SUB.test(sub)) throw new Problem('unauthorized', 'Sign in first.');
  if (use !== 'access') throw new Problem('forbidden', 'An access token is needed, and not an id token.');
  return { sub, isAdmin: groupsOf(claims['cognito:groups']).includes(ADMINS) };
}

/** An HTTP API hands a claim that is a list on as the text `[a b]`. Names of groups have no spaces. */
function groupsOf(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.map(String);
  if (typeof claim !== 'string') return [];
  return (/^\[(.*)\]$/su.exec(claim)?.[1] ?? claim).split(' ').filter((name) => name !== '');
}

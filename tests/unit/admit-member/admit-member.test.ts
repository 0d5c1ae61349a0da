import { describe, expect, test } from '@jest/globals';

import { admitMember } from '../../../functions/admit-member/admit-member.ts';
import { isMember, readMembers } from '../../../functions/admit-member/members.ts';

const members = readMembers(' Ann@Example.com, @example.org  example.net,\n@Sub.Example.edu');
const signUp =
  (email: string | undefined, triggerSource = 'PreSignUp_SignUp') =>
  () =>
    admitMember(members, { triggerSource, email });

describe('GalleryMembers', () => {
  test.each([
    ['ann@example.com', true],
    ['ANN@EXAMPLE.COM', true],
    ['bob@example.com', false],
    ['ann+1@example.com', false],
    ['anybody@example.org', true],
    ['anybody@EXAMPLE.net', true],
    ['x@sub.example.edu', true],
    ['x@example.edu', false],
    ['x@sub.example.org', false],
    ['x@notexample.org', false],
    ['x@example.org.evil.com', false],
    ['x@example.org@evil.com', false],
    ['"x@evil.com"@example.org', false],
    ['x @example.org', false],
    ['@example.org', false],
    ['example.org', false],
    ['', false],
    // The Kelvin sign and the dotless i are no k and no i, whatever Unicode makes of them.
    ['x@example.or\u{ff47}', false],
  ])('lets %j in: %s', (address, expected) => {
    expect(isMember(members, address)).toBe(expected);
  });

  test('takes the Kelvin sign for no k', () => {
    expect(isMember(readMembers('@kelvin.org'), 'x@\u212aelvin.org')).toBe(false);
  });

  test.each(['', ' ', ',', ' , ,'])('an empty list of members (%j) admits no one', (text) => {
    const nobody = readMembers(text);
    expect([isMember(nobody, 'ann@example.com'), isMember(nobody, '@'), isMember(nobody, 'a@')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

test('who is named may sign up, and nobody else, from nowhere else', () => {
  expect(signUp('ann@example.com')).not.toThrow();
  for (const refused of [
    signUp('bob@example.com'),
    signUp(undefined),
    signUp('ann@example.com', 'PreSignUp_ExternalProvider'),
    signUp('ann@example.com', 'PreSignUp_Later'),
  ]) {
    expect(refused).toThrow(/invitation/);
  }
});

test('whom an administrator creates is admitted, named or not', () => {
  expect(signUp('bob@example.com', 'PreSignUp_AdminCreateUser')).not.toThrow();
});

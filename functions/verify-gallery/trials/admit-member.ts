import { isDeepStrictEqual } from 'node:util';

import { signUpEvent } from '../requests.ts';
import type { Trial } from '../trial.ts';

/** Whom the function admits, and that it never confirms a user. */
export async function tryAdmitMember({ ports, invoke, failures }: Trial): Promise<void> {
  const admits = async (what: string, event: object) => {
    const invocation = await invoke(event);
    if (invocation.status !== 'returned') {
      failures.push(`${what}: not admitted (${invocation.status === 'failed' ? invocation.error : invocation.why})`);
    } else if (!isDeepStrictEqual(invocation.payload, event)) failures.push(`${what}: the event was changed`);
  };
  const refuses = async (what: string, event: object, by: RegExp) => {
    const invocation = await invoke(event);
    const error = invocation.status === 'failed' ? invocation.error : invocation.status;
    if (!by.test(error)) failures.push(`${what}: not refused, but ${error}`);
  };

  await admits(
    'whom an administrator creates',
    signUpEvent('PreSignUp_AdminCreateUser', 'invited@verify-gallery.invalid'),
  );
  await refuses('a stranger', signUpEvent('PreSignUp_SignUp', 'stranger@verify-gallery.invalid'), /RefusedError/u);
  await refuses('a stranger from elsewhere', signUpEvent('PreSignUp_ExternalProvider', 'a@b.invalid'), /RefusedError/u);
  await refuses('an event that is none', {}, /InvalidEventError/u);

  const [member] = ports.members.split(/[\s,]+/u).filter((name) => name !== '');
  if (member === undefined) return;
  const address = member.lastIndexOf('@') > 0 ? member : `verify-gallery@${member.replace(/^@/u, '')}`;
  await admits('a member', signUpEvent('PreSignUp_SignUp', address.toUpperCase()));
  await refuses(
    'a member of a subdomain',
    signUpEvent('PreSignUp_SignUp', address.replace('@', '@sub.')),
    /RefusedError/u,
  );
}

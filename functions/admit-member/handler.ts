import type { Context } from 'aws-lambda';

import { isObject } from '../shared/json.ts';
import { count } from '../shared/lambda/http.ts';
import { log } from '../shared/lambda/log.ts';
import { InvalidEventError } from '../shared/images/errors.ts';
import { admitMember, RefusedError, type SignUp } from './admit-member.ts';
import { readMembers } from './members.ts';

// An empty value is valid: it admits nobody. So it is not read like the variables that must not be empty.
const members = readMembers(process.env['GALLERY_MEMBERS'] ?? '');

/**
 * By Cognito, before somebody is signed up; returning the event as it came admits, throwing refuses. `response` is left alone: by it
 * somebody would be confirmed who has proved nothing. No address is logged.
 */
export async function handler(event: unknown, context: Context): Promise<unknown> {
  log.addContext(context);
  const startedAt = performance.now();
  const done = (failed: boolean) => count(context, { failed, durationMs: Math.round(performance.now() - startedAt) });
  try {
    const signUp = readSignUp(event);
    admitMember(members, signUp);
    log.info('admitted', { triggerSource: signUp.triggerSource });
    done(false);
    return event;
  } catch (error) {
    const isRefusal = error instanceof RefusedError;
    if (isRefusal) log.info('refused');
    else log.error('could not decide', { error });
    done(!isRefusal);
    throw error;
  }
}

function readSignUp(event: unknown): SignUp {
  const { triggerSource, request } = isObject(event) ? event : {};
  const attributes = isObject(request) ? request['userAttributes'] : undefined;
  if (typeof triggerSource !== 'string' || !isObject(attributes)) {
    throw new InvalidEventError('the event is none of a user pool that is about to sign somebody up');
  }
  const email = attributes['email'];
  return { triggerSource, email: typeof email === 'string' ? email : undefined };
}

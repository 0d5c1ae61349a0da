import { z } from 'zod';
import type { Api } from '../../../wire/messages.ts';
import { awsQuery } from '../../../wire/query.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { Roles } from '../roles.ts';

/** GetCallerIdentity, which needs no permission on AWS either. */
export function stsApi(accountId: string, roles: Roles): Api {
  /** A session is called by its role's id and its own name, the root by the account's number. */
  function userId(callerArn: string): string {
    const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(callerArn) ?? [];
    return role === undefined || session === undefined ? accountId : `${roles.get(role).id}:${session}`;
  }

  return awsQuery('sts', 'https://sts.amazonaws.com/doc/2011-06-15/', {
    GetCallerIdentity: (input, { callerArn }) => {
      readInput('sts:GetCallerIdentity', z.strictObject({}), input, 'ValidationError');
      return { Arn: callerArn, UserId: userId(callerArn), Account: accountId };
    },
  });
}

import type { Api } from '../../wire/messages.ts';
import { awsQuery } from '../../wire/query.ts';

/** GetCallerIdentity, which needs no permission on AWS either. */
export function stsApi(accountId: string): Api {
  return awsQuery('sts', 'https://sts.amazonaws.com/doc/2011-06-15/', {
    GetCallerIdentity: (_input, { callerArn }) => ({ Arn: callerArn, UserId: accountId, Account: accountId }),
  });
}

import { AwsError } from '../../core/aws-error.ts';
import type { ServiceContext } from '../../core/service-context.ts';

export function urlOf({ endpoint, accountId }: Pick<ServiceContext, 'endpoint' | 'accountId'>, name: string): string {
  return `${endpoint()}/${accountId}/${name}`;
}

/** The name in a queue's URL; the host does not matter. Throws AwsError QueueDoesNotExist for what is no URL of this account's queues. */
export function nameOf(accountId: string, url: string): string {
  const path = /^(?:https?:\/\/[^/]+)?\/(\d+)\/([\w.-]+)\/?$/.exec(url);
  if (path?.[1] !== accountId || path[2] === undefined) {
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }
  return path[2];
}

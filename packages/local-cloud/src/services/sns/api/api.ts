import type { Api } from '../../../wire/messages.ts';
import { awsQuery } from '../../../wire/query.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import type { Draft } from '../message.ts';
import { publishOperations } from './publish.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { topicOperations } from './topics.ts';
import type { Topics } from '../topics.ts';

export function snsApi({
  context,
  topics,
  publish,
}: {
  context: ServiceContext;
  topics: Topics;
  publish: (topicArn: string, draft: Draft) => string;
}): Api {
  return awsQuery('sns', 'http://sns.amazonaws.com/doc/2010-03-31/', {
    ...topicOperations(context, topics),
    ...subscriptionOperations(context, topics),
    ...publishOperations(topics, publish),
  });
}

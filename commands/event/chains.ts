import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { UsageError, type Target } from '../shared/target.ts';
import { findDeployment, hookEvent, stateChangeEvent } from './deployment.ts';
import { failureRecord, snsEvent, snsMessage, sqsEvent, type Source, type Subscription } from './envelopes.ts';
import { eventBridgeEvent, s3Message, type EventObject, type Happening } from './s3-message.ts';
import { scheduleEvent } from './schedule.ts';

export type Asked = Happening & {
  target: Target;
  objects: readonly EventObject[];
  /** Of CodeDeploy; absent: the newest. */
  deployment?: string;
};

export type Chain = {
  /** What sends it, and to which function. */
  help: string;
  /** Is the event about objects, so that it needs files? */
  ofObjects: boolean;
  event: (asked: Asked) => Promise<unknown>;
};

/** Every way in which an event reaches a function of this application, and the other ways that AWS has. */
export const chains: Readonly<Record<string, Chain>> = {
  's3-sns': ofObjects('S3 to UploadsTopic to generate-thumbnails', async (asked) =>
    snsEvent(s3Message(asked.objects, asked), await subscription(asked.target, 'lambda')),
  ),
  's3-sns-sqs': ofObjects('S3 to UploadsTopic to RenditionsQueue to generate-renditions', async (asked) =>
    sqsEvent(await messages(asked), await queue(asked.target, 'RenditionsQueueUrl'), asked.region),
  ),
  's3-sns-sqs-dlq': ofObjects('the same, as RenditionsDeadLetterQueue holds it after five receives', async (asked) => {
    const from = await queue(asked.target, 'RenditionsDeadLetterQueueUrl');
    const { queueArn } = await queue(asked.target, 'RenditionsQueueUrl');
    const attributes = { ApproximateReceiveCount: '6', DeadLetterQueueSourceArn: queueArn };
    return sqsEvent(await messages(asked), { ...from, attributes }, asked.region);
  }),
  's3-sns-failure': ofObjects(
    'what generate-thumbnails could not do, as ThumbnailsFailureQueue holds it',
    async (asked) => {
      const to = await subscription(asked.target, 'lambda');
      const records = asked.objects.map((one) => failureRecord(snsEvent(s3Message([one], asked), to), to.endpoint));
      return sqsEvent(records, await queue(asked.target, 'ThumbnailsFailureQueueUrl'), asked.region);
    },
  ),
  s3: ofObjects('S3 to a function', async (asked) => JSON.parse(s3Message(asked.objects, asked)) as unknown),
  's3-sqs': ofObjects('S3 to a queue to a function', async (asked) =>
    sqsEvent(alone(asked), await queue(asked.target, 'RenditionsQueueUrl'), asked.region),
  ),
  's3-sns-sqs-raw': ofObjects('S3 to a topic to a queue by raw delivery to a function', async (asked) =>
    sqsEvent(alone(asked), await queue(asked.target, 'RenditionsQueueUrl'), asked.region),
  ),
  's3-eventbridge': ofObjects('S3 to EventBridge to a function', async (asked) => {
    const [one, ...more] = asked.objects;
    if (one === undefined || more.length > 0)
      throw new UsageError('EventBridge delivers one event at a time: name one file.');
    return eventBridgeEvent(one, asked);
  }),
  schedule: {
    help: 'EventBridge Scheduler to reconcile-images',
    ofObjects: false,
    event: ({ target, region }) => scheduleEvent(target, region),
  },
  'codedeploy-hook': {
    help: 'CodeDeploy to a hook, of the newest deployment or of --deployment',
    ofObjects: false,
    event: async ({ target, deployment }) => hookEvent(await findDeployment(target, deployment)),
  },
  'codedeploy-failed': stateChange('FAILURE', 'CodeDeploy to EventBridge to repair-after-rollback'),
  'codedeploy-stopped': stateChange('STOP', 'the same, of a deployment that a person stopped'),
};

function ofObjects(help: string, event: Chain['event']): Chain {
  return { help, ofObjects: true, event };
}

function stateChange(state: string, help: string): Chain {
  return {
    help,
    ofObjects: false,
    event: async ({ target, deployment, region }) =>
      stateChangeEvent(await findDeployment(target, deployment), state, region),
  };
}

/** An S3 message is about one object, so a queue holds one message per object. */
function alone(asked: Asked): string[] {
  return asked.objects.map((one) => s3Message([one], asked));
}

async function messages(asked: Asked): Promise<string[]> {
  const to = await subscription(asked.target, 'sqs');
  return alone(asked).map((message) => snsMessage(message, to));
}

/** How UploadsTopic reaches its subscriber of this protocol, and who that is. */
async function subscription(target: Target, protocol: string): Promise<Subscription & { endpoint: string }> {
  const topicArn = target.output('UploadsTopicArn');
  const pages = paginateListSubscriptionsByTopic({ client: new SNSClient(target.client) }, { TopicArn: topicArn });
  for await (const { Subscriptions: subscriptions = [] } of pages) {
    const found = subscriptions.find(({ Protocol }) => Protocol === protocol);
    if (found !== undefined)
      return { topicArn, subscriptionArn: found.SubscriptionArn ?? '', endpoint: found.Endpoint ?? '' };
  }
  throw new UsageError(`${topicArn} has no subscription of the protocol ${protocol}.`);
}

async function queue(target: Target, output: string): Promise<Source> {
  const { Attributes: attributes } = await new SQSClient(target.client).send(
    new GetQueueAttributesCommand({ QueueUrl: target.output(output), AttributeNames: ['QueueArn'] }),
  );
  return { queueArn: attributes?.QueueArn ?? '' };
}

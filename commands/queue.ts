import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient, type Message } from '@aws-sdk/client-sqs';
import { readDeadLetter } from './shared/dead-letters.ts';
import { openProgress } from './shared/progress.ts';
import { countMessages, moveMessages, putBack, removeMessage, takeMessages } from './shared/queues.ts';
import { readItem, type Item } from './shared/image-items.ts';
import { run } from './shared/run.ts';
import { findTarget, targetHelp, targetOptions, UsageError, type Target } from './shared/target.ts';
import { printable } from './shared/text.ts';

const help = `Shows the queues and, for every dead letter, which image it is about and why it failed.

  npm run queue                  look
  npm run queue -- --redrive     retry all dead letters (fix the cause first)

Options
  --redrive        RenditionsDeadLetterQueue: moved back by SQS; ThumbnailsFailureQueue: its events are announced again
  --limit N        how many dead letters of each queue to show (default: 20)
${targetHelp}`;

/** Long enough to publish a page of events again, short enough that a crash of this command delays nobody for long. */
const HIDDEN_SECONDS = 60;

run(async () => {
  const { values } = parseArgs({
    options: {
      ...targetOptions,
      redrive: { type: 'boolean', default: false },
      limit: { type: 'string', default: '20' },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const limit = Number(values.limit);
  if (!Number.isInteger(limit) || limit < 0)
    throw new UsageError(`--limit takes a whole number, not "${values.limit}".`);

  const target = await findTarget(values);
  const sqs = new SQSClient(target.client);
  if (values.redrive) {
    await redriveRenditions(sqs, target);
    await redriveThumbnails(sqs, target);
    console.log();
  }
  const dynamoDb = new DynamoDBClient(target.client);
  await show(sqs, target.output('RenditionsQueueUrl'), 'RenditionsQueue');
  for (const [name, recipe] of [
    ['RenditionsDeadLetterQueue', 'renditions'],
    ['ThumbnailsFailureQueue', 'thumbnails'],
  ] as const) {
    const url = target.output(`${name}Url`);
    const waiting = await show(sqs, url, name);
    if (waiting > 0) await showDeadLetters(sqs, dynamoDb, target, url, recipe, limit);
  }
  for (const name of ['ReconcileFailureQueue', 'RepairFailureQueue']) {
    const url = await target.physicalId(name);
    const failedRuns = await show(sqs, url, name);
    if (failedRuns > 0) await showFailedRuns(sqs, url, limit);
  }
});

async function show(sqs: SQSClient, url: string, name: string): Promise<number> {
  const { visible, inFlight, delayed } = await countMessages(sqs, url);
  console.log(
    `${name.padEnd(27)} ${String(visible)} waiting, ${String(inFlight)} in flight, ${String(delayed)} delayed`,
  );
  return visible;
}

/** Looking at a message receives it: it comes back into sight right after, and a dead-letter queue has no further redrive to trip. */
async function showDeadLetters(
  sqs: SQSClient,
  dynamoDb: DynamoDBClient,
  target: Target,
  url: string,
  recipe: string,
  limit: number,
): Promise<void> {
  const messages = await takeMessages(sqs, url, limit, HIDDEN_SECONDS);
  for (const message of messages) console.log(await explain(dynamoDb, target, message, recipe));
  await putBack(sqs, url, messages);
}

/**
 * Runs of reconcile-images, or of repair-after-rollback, that failed. There is nothing to redrive: the next run of reconcile-images, within
 * the hour, begins where this one stopped, and finds what a repair has left; after another release, the repair must be asked for by its
 * deployment (docs/runbook.md).
 */
async function showFailedRuns(sqs: SQSClient, url: string, limit: number): Promise<void> {
  const messages = await takeMessages(sqs, url, limit, HIDDEN_SECONDS);
  for (const { Body: body = '', Attributes: attributes } of messages) {
    const { reason } = readDeadLetter(body);
    const deployment = /"deploymentId":\s*"([\w-]+)"/u.exec(body)?.[1];
    const why = printable(reason ?? body.slice(0, 120));
    console.log(`  ${sentAt(attributes)}  ${deployment === undefined ? '' : `${deployment}  `}${why}`);
  }
  await putBack(sqs, url, messages);
}

function sentAt(attributes: Message['Attributes']): string {
  return new Date(Number(attributes?.SentTimestamp)).toISOString();
}

async function explain(dynamoDb: DynamoDBClient, target: Target, message: Message, recipe: string): Promise<string> {
  const { images, reason } = readDeadLetter(message.Body ?? '');
  const sent = sentAt(message.Attributes);
  if (images.length === 0)
    return `  ${sent}  (names no image) ${reason ?? printable((message.Body ?? '').slice(0, 120))}`;
  const lines = images.map(async (image) => {
    const item = await readItem(dynamoDb, target.output('ImagesTableName'), image, recipe);
    const why = reason ?? item?.lastError ?? whatTheRecordSays(item);
    return `  ${sent}  ${printable(image.key)}\n      ${printable(why)}`;
  });
  return (await Promise.all(lines)).join('\n');
}

/** Where nobody noted why a message died. */
function whatTheRecordSays(item: Item | undefined): string {
  if (item === undefined) return 'no reason and no record: the function never processed this image';
  if (item.status === 'pending')
    return 'no reason: the function stopped before it could record one (killed, out of memory or timed out?)';
  const outcome = [item.status, item.reason].filter((part) => part !== undefined).join(': ');
  return `no reason noted; since ${item.processedAt ?? 'then'} its record says ${outcome}`;
}

async function redriveRenditions(sqs: SQSClient, target: Target): Promise<void> {
  const { arn, visible } = await countMessages(sqs, target.output('RenditionsDeadLetterQueueUrl'));
  if (visible === 0) return;
  const queue = await countMessages(sqs, target.output('RenditionsQueueUrl'));
  const progress = openProgress();
  const bar = progress.bar('RenditionsDeadLetterQueue -> RenditionsQueue', visible);
  let shown = 0;
  const moved = await moveMessages(sqs, arn, queue.arn, (count) => {
    bar.add(count - shown);
    shown = count;
  }).finally(progress.close);
  console.log(`Moved ${String(moved)} messages back to RenditionsQueue.`);
}

/** SQS moves back only what came from a queue; these came from Lambda, so the event inside is announced once more. */
async function redriveThumbnails(sqs: SQSClient, target: Target): Promise<void> {
  const url = target.output('ThumbnailsFailureQueueUrl');
  const { visible } = await countMessages(sqs, url);
  if (visible === 0) return;
  const sns = new SNSClient(target.client);
  const progress = openProgress();
  const bar = progress.bar('ThumbnailsFailureQueue -> UploadsTopic', visible);
  let published = 0;
  const left: Message[] = [];
  // What arrives while we work is somebody else's failure, perhaps of this very redrive: only what was there is taken.
  for (const message of await takeMessages(sqs, url, visible, HIDDEN_SECONDS)) {
    const { s3Event } = readDeadLetter(message.Body ?? '');
    if (s3Event === undefined) {
      left.push(message);
      continue;
    }
    await sns.send(new PublishCommand({ TopicArn: target.output('UploadsTopicArn'), Message: s3Event }));
    // Only after the event is safe again; a crash in between announces it twice, which harms nothing.
    await removeMessage(sqs, url, message);
    published++;
    bar.add(1);
  }
  progress.close();
  await putBack(sqs, url, left);
  console.log(`Announced ${String(published)} events of ThumbnailsFailureQueue again on UploadsTopic.`);
  if (left.length > 0) console.log(`${String(left.length)} messages hold no S3 event and were left where they are.`);
}

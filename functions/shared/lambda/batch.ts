import type { SQSBatchResponse } from 'aws-lambda';

import { changedImages, nameOf, type ImageHint } from './changed-images.ts';
import { eachImage } from './each-image.ts';
import { isObject } from '../json.ts';
import { log } from './log.ts';
import type { Report } from './report.ts';

/** The time left below which no image is started: most need less, and one that is interrupted costs a receive and a decode. */
const MIN_MS_PER_IMAGE = 10_000;

type Message = { messageId: string; body: string };

/**
 * Does the work for every image that a batch of SQS messages names, one image at a time. Returns the messages that SQS must redeliver:
 * those whose images failed, and those for which no time was left. A message that names no image is acknowledged. An image that several
 * messages name is processed once, for all of them.
 *
 * An event that is not a batch (`sam local invoke` with an S3 event) is processed all the same; it throws where a message would be redelivered.
 */
export async function eachImageOfBatch(
  event: unknown,
  report: Report,
  remainingMs: () => number,
  work: (image: ImageHint) => Promise<void>,
): Promise<SQSBatchResponse> {
  const messages = messagesOf(event);
  if (messages === undefined) {
    await eachImage(event, report, work);
    return { batchItemFailures: [] };
  }

  const done = new Map<string, boolean>();
  const comeBack = new Set<string>();
  let unstarted = 0;
  for (const { messageId, body } of messages) {
    for (const image of changedImages(body, report.refused)) {
      const name = nameOf(image);
      // The first is always started, or a function with too short a timeout would return every message forever.
      if (!done.has(name) && (done.size === 0 || remainingMs() > MIN_MS_PER_IMAGE)) {
        done.set(
          name,
          await work(image).then(
            () => true,
            () => false,
          ),
        );
      } else if (!done.has(name)) {
        unstarted++;
      }
      if (done.get(name) !== true) comeBack.add(messageId);
    }
  }
  if (unstarted > 0) log.warn('handed back: no time left to begin', { images: unstarted, remainingMs: remainingMs() });
  return { batchItemFailures: [...comeBack].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Undefined if the event is not a batch, or has a message without an id that a response could name. */
function messagesOf(event: unknown): Message[] | undefined {
  const records: unknown = isObject(event) ? event['Records'] : undefined;
  return Array.isArray(records) && records.length > 0 && records.every(isMessage) ? records : undefined;
}

function isMessage(record: unknown): record is Message {
  return (
    isObject(record) &&
    typeof record['body'] === 'string' &&
    typeof record['messageId'] === 'string' &&
    record['messageId'] !== ''
  );
}

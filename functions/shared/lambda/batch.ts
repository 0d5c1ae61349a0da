import type { SQSBatchResponse } from 'aws-lambda';

import { changedImages, nameOf, type ImageHint } from './changed-images.ts';
import { eachImage } from './each-image.ts';
import { isObject } from '../json.ts';
import { log } from './log.ts';
import type { Report } from './report.ts';

/** Below this nothing new is begun: most images need less, and one that is cut off has cost a receive and a decode. */
const MIN_MS_PER_IMAGE = 10_000;

type Message = { messageId: string; body: string };

/**
 * Does the work for every image that a batch of SQS messages names, one image at a time, and tells which messages are to come back:
 * those whose images failed, and those that there was no time left for. A message that names no image is done with. What several
 * messages name is done once, and counts for all of them.
 *
 * An event that is no batch (`sam local invoke` with an S3 event) is worked on all the same; it throws where a message would come back.
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
      // The first is always begun, or a function with too short a timeout would hand back everything for ever.
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

/** Undefined where the event is no batch, or one with a message that could not be named in an answer. */
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

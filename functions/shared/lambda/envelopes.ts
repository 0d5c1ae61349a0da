import { InvalidEventError } from '../images/errors.ts';
import { isObject, type Members } from '../json.ts';

/** A record of an S3 event, or an S3 event from EventBridge, and its place in the delivery. */
export type Found = { kind: 's3' | 'eventbridge'; record: Members; at: string };

/** SNS inside SQS inside one more envelope. AWS does not create more levels. */
const DEEPEST = 4;

/**
 * Unwraps whatever S3's events arrive in: alone, in SNS, in SQS, in SNS in SQS with and without raw delivery, from EventBridge.
 * A string stands for the JSON in it. What names no object is handed to `refuse`, and its neighbours still count.
 */
export function* unwrap(
  content: unknown,
  refuse: (error: InvalidEventError) => void,
  at = 'event',
  depth = 0,
): Generator<Found, void, void> {
  const event = typeof content === 'string' ? parsed(content) : content;
  if (!isObject(event) || depth > DEEPEST) {
    refuse(new InvalidEventError(`${at} is neither an event of S3 nor a message of SNS, SQS or EventBridge with one`));
    return;
  }
  // S3 sends one test message when the notification is first configured; it names no object.
  if (event['Event'] === 's3:TestEvent') return;
  if (event['source'] === 'aws.s3' && isObject(event['detail'])) {
    yield { kind: 'eventbridge', record: event, at };
    return;
  }
  // As SQS, among others, gets it from SNS without raw delivery.
  if (event['Type'] === 'Notification') {
    yield* unwrap(event['Message'], refuse, `${at}.Message`, depth + 1);
    return;
  }
  const records: unknown = event['Records'];
  if (!Array.isArray(records) || records.length === 0) {
    refuse(new InvalidEventError(`${at} has no Records, and is no test event of S3`));
    return;
  }
  for (const [index, record] of records.entries()) {
    yield* unwrapRecord(record, refuse, `${at}.Records[${index}]`, depth);
  }
}

function* unwrapRecord(
  record: unknown,
  refuse: (error: InvalidEventError) => void,
  at: string,
  depth: number,
): Generator<Found, void, void> {
  if (isObject(record) && isObject(record['s3'])) {
    yield { kind: 's3', record, at };
  } else if (isObject(record) && isObject(record['Sns'])) {
    yield* unwrap(record['Sns']['Message'], refuse, `${at}.Sns.Message`, depth + 1);
  } else if (isObject(record) && typeof record['body'] === 'string') {
    yield* unwrap(record['body'], refuse, `${at}.body`, depth + 1);
  } else {
    refuse(new InvalidEventError(`${at} is a record of neither S3, SNS nor SQS`));
  }
}

/** Undefined if the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

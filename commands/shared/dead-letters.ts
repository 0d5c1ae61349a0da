/** The content of a message in a failure queue: the images, the reason, and the message to publish for a retry. */
export type DeadLetter = {
  images: { bucket: string; key: string }[];
  /** From Lambda's failure record; other dead letters carry no reason of their own. */
  reason?: string;
  /** The S3 event inside, as UploadsTopic had it. */
  s3Event?: string;
};

type Json = { readonly [name: string]: unknown };

/**
 * Unwraps a dead letter down to its S3 event: Lambda's failure record holds the event under `requestPayload`, SNS's event and SNS's
 * notification hold it as text under `Message`.
 */
export function readDeadLetter(body: string): DeadLetter {
  const outer = parse(body);
  if (outer === undefined) return { images: [] };
  const reason = failureReason(outer);
  const event = findS3Event(outer);
  return {
    images: event === undefined ? [] : imagesOf(event),
    ...(reason !== undefined && { reason }),
    ...(event !== undefined && { s3Event: JSON.stringify(event) }),
  };
}

function failureReason({ requestContext, responsePayload }: Json): string | undefined {
  const condition = member(requestContext, 'condition');
  const message = member(responsePayload, 'errorMessage');
  const type = member(responsePayload, 'errorType');
  const parts = [condition, type, message].filter((part) => typeof part === 'string');
  return parts.length === 0 ? undefined : parts.join(': ');
}

function findS3Event(value: unknown): Json | undefined {
  if (typeof value === 'string') return findS3Event(parse(value));
  if (!isObject(value)) return undefined;
  if ('requestPayload' in value) return findS3Event(value['requestPayload']);
  if ('Message' in value) return findS3Event(value['Message']);
  const [first] = Array.isArray(value['Records']) ? (value['Records'] as unknown[]) : [];
  if (member(first, 's3') !== undefined) return value;
  return findS3Event(member(first, 'Sns') ?? member(first, 'body'));
}

function imagesOf(event: Json): DeadLetter['images'] {
  const records = event['Records'] as unknown[];
  return records.flatMap((record) => {
    const s3 = member(record, 's3');
    const bucket = member(member(s3, 'bucket'), 'name');
    const key = member(member(s3, 'object'), 'key');
    return typeof bucket === 'string' && typeof key === 'string' ? [{ bucket, key: formDecoded(key) }] : [];
  });
}

/** S3 form-encodes keys in its events: `+` is a space. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { InvalidEventError } from '../images/errors.ts';
import type { Image } from '../images/image.ts';
import { isObject, type Members } from '../json.ts';
import { unwrap, type Found } from './envelopes.ts';

/** This image may have changed. Only the bucket shows its real state. `eventTime` (ISO 8601) is information and never decides the order. */
export type ImageHint = Image & { eventTime?: string };

/** S3's own limit, in bytes of UTF-8. */
const LONGEST_KEY = 1_024;

/**
 * The images that a delivery names, each once, whatever it is wrapped in and whatever happened to them: created, removed or
 * expired is all the same to us. S3's test event names none.
 *
 * What names no image and never will is handed to `refuse`, which throws it unless told otherwise; the other records still count.
 */
export function changedImages(event: unknown, refuse: (error: InvalidEventError) => void = fail): ImageHint[] {
  const hints = new Map<string, ImageHint>();
  for (const found of unwrap(event, refuse)) {
    const hint = found.kind === 's3' ? fromS3(found) : fromEventBridge(found);
    if (hint instanceof InvalidEventError) refuse(hint);
    else if (!hints.has(nameOf(hint))) hints.set(nameOf(hint), hint);
  }
  return [...hints.values()];
}

/** One text per image: a bucket's name has no slash. */
export function nameOf({ bucket, key }: Image): string {
  return `${bucket}/${key}`;
}

function fromS3({ record, at }: Found): ImageHint | InvalidEventError {
  const version = record['eventVersion'];
  // Minor versions only add; a new major one may mean anything.
  if (typeof version !== 'string' || !/^2\./u.test(version)) {
    return new InvalidEventError(`${at} has the event version ${JSON.stringify(version)}: only 2.x is understood`);
  }
  const { bucket, object } = members(record['s3']);
  const encoded = members(object)['key'];
  const key = typeof encoded === 'string' ? formDecoded(encoded) : undefined;
  return hint(members(bucket)['name'], key, record['eventTime'], at, encoded);
}

/** EventBridge sends keys without encoding. */
function fromEventBridge({ record, at }: Found): ImageHint | InvalidEventError {
  const { bucket, object } = members(record['detail']);
  const key = members(object)['key'];
  return hint(members(bucket)['name'], key, record['time'], at, key);
}

function hint(
  bucket: unknown,
  key: unknown,
  time: unknown,
  at: string,
  received: unknown,
): ImageHint | InvalidEventError {
  if (typeof bucket !== 'string' || !/^[a-z\d][\w.-]{2,254}$/iu.test(bucket)) {
    return new InvalidEventError(`${at} names no bucket: ${shown(bucket)}`);
  }
  if (typeof key !== 'string' || key === '' || !key.isWellFormed() || Buffer.byteLength(key) > LONGEST_KEY) {
    return new InvalidEventError(`${at} has a key that no object can have: ${shown(received)}`);
  }
  return { bucket, key, ...(typeof time === 'string' && { eventTime: time }) };
}

/** S3's events encode keys as HTML forms do: `+` is a space. Undefined for a `%` that encodes nothing. */
function formDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function members(value: unknown): Members {
  return isObject(value) ? value : {};
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function fail(error: InvalidEventError): never {
  throw error;
}

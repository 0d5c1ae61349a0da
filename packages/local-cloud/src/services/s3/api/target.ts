import { AwsError } from '../../../core/aws-error.ts';
import type { WireRequest } from '../../../wire/messages.ts';

/** What a request is about: neither (the service), a bucket, or an object. */
export type Target = { bucket: string; key: string };

// <bucket>.s3.localhost, <bucket>.s3.us-east-1.localhost, <bucket>.localhost, and the same below amazonaws.com
const VIRTUAL_HOST = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.(?:localhost|amazonaws\.com)$/;
const SERVICE_HOST = /^s3(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws\.com)$/;

const LONGEST_KEY = 1024;

/**
 * Reads bucket and key from the raw path, or the bucket from the host. A key is whatever follows, percent-decoded exactly once: dots,
 * slashes and plus signs mean themselves. Throws AwsError InvalidURI or KeyTooLongError.
 */
export function readTarget({ path, headers }: Pick<WireRequest, 'path' | 'headers'>): Target {
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const virtual = SERVICE_HOST.test(host) ? undefined : VIRTUAL_HOST.exec(host)?.[1];
  const rest = path.slice(1);
  if (virtual !== undefined) return { bucket: virtual, key: decodeKey(rest) };
  const slash = rest.indexOf('/');
  if (slash === -1) return { bucket: decode(rest), key: '' };
  return { bucket: decode(rest.slice(0, slash)), key: decodeKey(rest.slice(slash + 1)) };
}

export function decodeKey(text: string): string {
  return checkKey(decode(text));
}

/** Throws AwsError KeyTooLongError. */
export function checkKey(key: string): string {
  const size = Buffer.byteLength(key);
  if (size > LONGEST_KEY) {
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, {
      Size: String(size),
      MaxSizeAllowed: String(LONGEST_KEY),
    });
  }
  return key;
}

/** Throws AwsError InvalidURI for what is no UTF-8 once it is decoded. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.", 400, { URI: text });
  }
}

import { AwsError } from '../../core/aws-error.ts';
import { S3Error } from './errors.ts';
import type { StoredObject } from './model.ts';

type Headers = Readonly<Record<string, string>>;

function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412, {
    Condition: condition,
  });
}

/** Does a list of entity tags (`"a", W/"b"`, `*`) name this one? Quotes are optional, as for S3. */
function names(list: string, eTag: string): boolean {
  return list.split(',').some((one) => {
    const tag = one
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === eTag;
  });
}

/** Whole seconds, as HTTP's dates are; undefined for what is no date, which is ignored. */
function seconds(date: string | undefined): number | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}

export const READ_CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
export const WRITE_CONDITIONS = ['if-match', 'if-none-match'];

/**
 * The conditions of GET and HEAD, and with the prefix `x-amz-copy-source-` those of a copy's source. Throws AwsError
 * PreconditionFailed (412) or S3Error NotModified (304). An ETag condition that holds overrules the date condition beside it.
 */
export function checkReadConditions(headers: Headers, object: StoredObject, prefix = ''): void {
  const modified = Math.floor(Date.parse(object.lastModified) / 1000);
  const ifMatch = headers[`${prefix}if-match`];
  const ifNoneMatch = headers[`${prefix}if-none-match`];
  const unmodifiedSince = seconds(headers[`${prefix}if-unmodified-since`]);
  const modifiedSince = seconds(headers[`${prefix}if-modified-since`]);

  if (ifMatch !== undefined && !names(ifMatch, object.eTag)) throw preconditionFailed('If-Match');
  if (ifMatch === undefined && unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unwanted =
    ifNoneMatch !== undefined
      ? names(ifNoneMatch, object.eTag)
      : modifiedSince !== undefined && modified <= modifiedSince;
  if (!unwanted) return;
  if (prefix !== '') throw preconditionFailed(ifNoneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  throw new S3Error('NotModified', 'Not Modified', 304, {
    headers: { etag: `"${object.eTag}"`, 'last-modified': new Date(object.lastModified).toUTCString() },
  });
}

/** The conditions of a write: `If-None-Match: *` (there is no such object yet) and `If-Match` (it is still this one). */
export type WriteCondition = { ifMatch?: string; ifNoneMatch?: string };

export function readWriteCondition(headers: Headers): WriteCondition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
      Header: 'If-None-Match',
    });
  }
  return { ...(ifMatch !== undefined && { ifMatch }), ...(ifNoneMatch !== undefined && { ifNoneMatch }) };
}

/** Throws AwsError PreconditionFailed, or NoSuchKey where an object must be there and is not. */
export function checkWriteCondition({ ifMatch, ifNoneMatch }: WriteCondition, current: StoredObject | undefined): void {
  if (ifNoneMatch !== undefined && current !== undefined) throw preconditionFailed('If-None-Match');
  if (ifMatch === undefined) return;
  if (current === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (!names(ifMatch, current.eTag)) throw preconditionFailed('If-Match');
}

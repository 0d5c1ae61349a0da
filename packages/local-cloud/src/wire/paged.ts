import { AwsError } from '../core/aws-error.ts';

/** A page of a list, and the token of the next one. Throws AwsError with `invalidCode` for a token that no page gave. */
export function paged<T>(
  all: readonly T[],
  { token, size, invalidCode }: { token: string | undefined; size: number; invalidCode: string },
): { items: readonly T[]; next: { NextToken?: string } } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8') || NaN);
  if (!Number.isInteger(from) || from < 0) throw new AwsError(invalidCode, 'Invalid or expired next token.');
  const to = from + size;
  return {
    items: all.slice(from, to),
    next: to < all.length ? { NextToken: Buffer.from(String(to)).toString('base64') } : {},
  };
}

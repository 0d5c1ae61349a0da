import { AwsError } from '../../aws-error.ts';

const pageSize = 100;

/** SNS lists a hundred at a time. */
export function paged<T>(
  all: readonly T[],
  token: string | undefined,
): { items: readonly T[]; next: { NextToken?: string } } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(from)) throw new AwsError('InvalidParameter', 'Invalid parameter: NextToken');
  const to = from + pageSize;
  return {
    items: all.slice(from, to),
    next: to < all.length ? { NextToken: Buffer.from(String(to)).toString('base64') } : {},
  };
}

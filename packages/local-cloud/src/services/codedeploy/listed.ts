import { paged } from '../../wire/paged.ts';

const PAGE = 100;

/** A page of names, and the token of the next one. Throws AwsError InvalidNextTokenException. */
export function listed(member: string, names: readonly string[], token: string | undefined): Record<string, unknown> {
  const { items, next } = paged(names, { token, size: PAGE, invalidCode: 'InvalidNextTokenException' });
  return { [member]: items, ...(next.NextToken !== undefined && { nextToken: next.NextToken }) };
}

import { AwsError } from '../../../core/aws-error.ts';
import type { ServiceContext } from '../../../core/service-context.ts';

export function tableArn({ region, accountId }: Pick<ServiceContext, 'region' | 'accountId'>, table: string): string {
  return `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
}

/** A table may be named by its ARN. */
export function nameOf(table: string): string {
  return /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+)$/.exec(table)?.[1] ?? table;
}

/** The name of the table that a request names. Throws AwsError ValidationException if it names none. */
export function text(value: unknown): string {
  if (typeof value === 'string') return nameOf(value);
  throw new AwsError('ValidationException', "The parameter 'TableName' is required but was not present in the request");
}

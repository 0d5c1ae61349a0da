import { z } from 'zod';
import { AwsError, notImplemented } from '../core/aws-error.ts';
import './sentences.ts';

/**
 * Reads an operation's parameters by a strict schema. Throws AwsError: NotImplemented for a parameter that the schema does not name
 * (none is ignored), else `invalidCode`, as the service calls what is wrong or missing.
 *
 * @param operation e.g. `sqs:SendMessage`
 */
export function readInput<S extends z.ZodType>(
  operation: string,
  schema: S,
  input: unknown,
  invalidCode: string,
): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const { issues } = result.error;
  // That something is not implemented says more than that something else is wrong.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    throw notImplemented(`the parameter ${[path, issue.keys.join(', ')].filter(Boolean).join('.')} of ${operation}`);
  }
  throw new AwsError(invalidCode, `Invalid parameter: ${path} Reason: ${issue?.message ?? ''} (${operation})`);
}

// The query protocol has only text, so whole numbers come as such too.
export const wholeNumber = (from: number, to: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .pipe(z.int().min(from).max(to));

/** A list in the query protocol, where an empty one is an empty text. */
export const queryList = <T extends z.ZodType>(item: T) =>
  z.union([z.literal('').transform((): z.output<T>[] => []), z.array(item)]);

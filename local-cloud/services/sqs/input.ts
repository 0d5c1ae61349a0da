import { z } from 'zod';
import { AwsError, notImplemented } from '../../aws-error.ts';
import type { JsonOperation } from '../../wire/json.ts';
import type { WireRequest } from '../../wire/messages.ts';

/** An operation whose input is read by a strict schema: a parameter that it does not name is refused by name. */
export function operation<S extends z.ZodType>(
  name: string,
  schema: S,
  run: (input: z.output<S>, request: WireRequest) => Promise<object> | object,
): JsonOperation {
  return (input, request) => {
    const result = schema.safeParse(input);
    if (!result.success) throw refusal(name, input, result.error);
    return run(result.data, request);
  };
}

function refusal(name: string, input: unknown, { issues }: z.ZodError): AwsError {
  const [issue] = issues;
  const path = issue?.path.join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') {
    return notImplemented(`the parameter ${[path, issue.keys.join(', ')].filter(Boolean).join('.')} of sqs:${name}`);
  }
  if (issue?.code === 'invalid_type' && issue.path.length === 1 && isMissing(input, issue.path[0])) {
    return new AwsError('MissingParameter', `The request must contain the parameter ${path}.`);
  }
  return new AwsError(
    'InvalidParameterValue',
    `Value for parameter ${path} is invalid. Reason: ${issue?.message ?? ''}.`,
  );
}

function isMissing(input: unknown, name: PropertyKey | undefined): boolean {
  return typeof input === 'object' && input !== null && name !== undefined && !(name in input);
}

// The query protocol has only text, so whole numbers come as such too.
export const whole = (from: number, to: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .pipe(z.int().min(from).max(to));

export const texts = z.record(z.string(), z.string());
export const names = z.array(z.string()).default([]);

const attribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

export const messageAttributes = z.record(z.string(), attribute).default({});

/** What a message is sent with, in a batch or alone. */
export const content = {
  MessageBody: z.string(),
  DelaySeconds: whole(0, 900).optional(),
  MessageAttributes: messageAttributes,
  MessageSystemAttributes: z
    .strictObject({ AWSTraceHeader: z.strictObject({ DataType: z.literal('String'), StringValue: z.string().min(1) }) })
    .partial()
    .default({}),
};

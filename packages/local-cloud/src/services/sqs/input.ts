import { z } from 'zod';
import type { JsonOperation } from '../../wire/json.ts';
import type { WireRequest } from '../../wire/messages.ts';
import { readInput, wholeNumber } from '../../wire/read-input.ts';

/** An operation whose input is read by a strict schema: a parameter that it does not name is refused by name. */
export function operation<S extends z.ZodType>(
  name: string,
  schema: S,
  run: (input: z.output<S>, request: WireRequest) => Promise<object> | object,
): JsonOperation {
  return (input, request) => run(readInput(`sqs:${name}`, schema, input, 'InvalidParameterValue'), request);
}

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
  DelaySeconds: wholeNumber(0, 900).optional(),
  MessageAttributes: messageAttributes,
  MessageSystemAttributes: z
    .strictObject({ AWSTraceHeader: z.strictObject({ DataType: z.literal('String'), StringValue: z.string().min(1) }) })
    .partial()
    .default({}),
};

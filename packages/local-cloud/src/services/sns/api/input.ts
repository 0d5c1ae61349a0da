import { z } from 'zod';
import type { MessageAttribute } from '../../../core/delivery.ts';
import { AwsError } from '../../../core/aws-error.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import { paged } from '../../../wire/paged.ts';
import type { QueryOperation } from '../../../wire/query.ts';
import { queryList, readInput } from '../../../wire/read-input.ts';
import type { XmlValue } from '../../../wire/xml.ts';

/** An operation whose input is read by a strict schema; a denial is called AuthorizationError here. */
export function operation<S extends z.ZodType>(
  name: string,
  schema: S,
  run: (input: z.output<S>, request: WireRequest) => XmlValue,
): QueryOperation {
  return (input, request) => {
    try {
      return run(readInput(`sns:${name}`, schema, input, 'InvalidParameter'), request);
    } catch (error) {
      throw error instanceof AwsError ? asSns(error) : error;
    }
  };
}

function asSns(error: AwsError): AwsError {
  switch (error.code) {
    case 'AccessDenied':
      return new AwsError('AuthorizationError', error.message, error.status);
    case 'MalformedPolicyDocument':
      return new AwsError('InvalidParameter', `Invalid parameter: Policy Error: ${error.message}`);
    default:
      return error;
  }
}

/** SNS lists a hundred at a time. */
export function page<T>(all: readonly T[], token: string | undefined): ReturnType<typeof paged<T>> {
  return paged(all, { token, size: 100, invalidCode: 'InvalidParameter' });
}

/** `Attributes.entry.1.key`, `.value`. */
export const attributes = queryList(z.strictObject({ key: z.string(), value: z.string() }))
  .default([])
  .transform((entries) => Object.fromEntries(entries.map(({ key, value }) => [key, value])));

/** `Tags.member.1.Key`, `.Value`. */
export const tags = queryList(z.strictObject({ Key: z.string(), Value: z.string() }))
  .default([])
  .transform((members) => Object.fromEntries(members.map(({ Key, Value }) => [Key, Value])));

const messageAttribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

/** `MessageAttributes.entry.1.Name`, `.Value.DataType`, … */
export const messageAttributes = queryList(z.strictObject({ Name: z.string(), Value: messageAttribute }))
  .default([])
  .transform((entries): Record<string, MessageAttribute> =>
    Object.fromEntries(
      entries.map(({ Name, Value: { DataType, StringValue, BinaryValue } }) => [
        Name,
        {
          dataType: DataType,
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue, 'base64') }),
        },
      ]),
    ),
  );

/** What is published, in a batch or alone. */
export const content = {
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.string().optional(),
  MessageAttributes: messageAttributes,
};

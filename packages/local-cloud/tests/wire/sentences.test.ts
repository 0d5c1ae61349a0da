import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { AwsError } from '../../src/core/aws-error.ts';
import { queryList, readInput, wholeNumber } from '../../src/wire/read-input.ts';

const schema = z.strictObject({
  Name: z.string().min(3).max(5),
  Email: z.email().optional(),
  Pattern: z
    .string()
    .regex(/^[a-z]+$/)
    .optional(),
  Count: wholeNumber(1, 10).optional(),
  Even: z.number().multipleOf(2).optional(),
  Mode: z.enum(['ON', 'OFF']).optional(),
  Only: z.literal('ALL').optional(),
  Names: z.array(z.string()).min(1).max(2).optional(),
  List: queryList(z.string()).optional(),
  Map: z.record(z.string().max(2), z.string()).optional(),
  Flag: z.boolean().optional(),
  When: z.date().optional(),
  Either: z.union([z.string(), z.number()]).optional(),
  Own: z
    .string()
    .refine(() => false, 'our own words')
    .optional(),
});

function messageOf(input: object): string {
  try {
    readInput('sqs:Example', schema, input, 'InvalidParameterValue');
  } catch (error) {
    expect(error).toBeInstanceOf(AwsError);
    return (error as Error).message;
  }
  throw new Error(`${JSON.stringify(input)} was taken.`);
}

/** What the library would have said by itself. */
const english = z.locales.en().localeError;

test.each([
  [{}, 'Name Reason: it is required.'],
  [{ Name: 7 }, 'Name Reason: it must be text.'],
  [{ Name: 'a' }, 'Name Reason: it must be at least 3 characters long.'],
  [{ Name: 'abcdef' }, 'Name Reason: it must be at most 5 characters long.'],
  [{ Name: 'abc', Email: 'x' }, 'Email Reason: it must satisfy the regular expression pattern: '],
  [{ Name: 'abc', Pattern: 'A' }, 'Pattern Reason: it must satisfy the regular expression pattern: ^[a-z]+$'],
  [{ Name: 'abc', Count: 11 }, 'Count Reason: it must be at most 10.'],
  [{ Name: 'abc', Count: 'x' }, 'Count Reason: it has a value that is not allowed.'],
  [{ Name: 'abc', Even: 3 }, 'Even Reason: it must be a multiple of 2.'],
  [{ Name: 'abc', Mode: 'on' }, 'Mode Reason: it must be one of ON, OFF.'],
  [{ Name: 'abc', Only: 'some' }, 'Only Reason: it must be ALL.'],
  [{ Name: 'abc', Names: [] }, 'Names Reason: it must be at least a list of 1.'],
  [{ Name: 'abc', List: { a: 1 } }, 'List Reason: it has a value that is not allowed.'],
  [{ Name: 'abc', Map: { long: 'x' } }, 'Map.long Reason: it has a value that is not allowed.'],
  [{ Name: 'abc', Flag: 'yes' }, 'Flag Reason: it must be true or false.'],
  [{ Name: 'abc', When: 'now' }, 'When Reason: it must be a time.'],
  [{ Name: 'abc', Either: {} }, 'Either Reason: it has a value that is not allowed.'],
  [{ Name: 'abc', Own: 'x' }, 'Own Reason: our own words'],
])('%j: the client hears what is wrong, and nothing of the validation library', (input, expected) => {
  expect(messageOf(input)).toContain(`Invalid parameter: ${expected}`);
  const { error } = schema.safeParse(input);
  for (const issue of error?.issues ?? []) {
    const theirs = english({ ...issue, input: undefined });
    const text = typeof theirs === 'string' ? theirs : theirs?.message;
    if (issue.code !== 'custom') expect(messageOf(input)).not.toContain(text);
  }
});

import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import type { WireRequest } from '../../../wire/messages.ts';
import { readInput } from '../../../wire/read-input.ts';
import { UNITS } from '../metric.ts';

/** What an operation gives: dates are written as each protocol writes them. */
export type Output = { readonly [name: string]: unknown };

/** An operation whose input is read by a strict schema: a parameter that it does not name is refused by name. */
export function operation<S extends z.ZodType>(
  name: string,
  schema: S,
  run: (input: z.output<S>, request: WireRequest) => Output,
): JsonOperation {
  return (input, request) => run(readInput(`monitoring:${name}`, schema, input, 'ValidationException'), request);
}

// The query protocol has only text, and an empty list there is an empty text.
const numeric = z
  .string()
  .regex(/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/)
  .transform(Number);
export const number = z.union([z.number(), numeric]).pipe(z.number());
export const integer = number.pipe(z.int());
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value: unknown) => (value === '' ? [] : value), z.array(item));

/** JSON clients send seconds since 1970, the others ISO 8601; gives milliseconds. */
export const moment = z.union([
  z.number().transform((seconds) => seconds * 1000),
  z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), 'is no date')
    .transform((text) => Date.parse(text)),
]);

export const dimensions = list(
  z.strictObject({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) }),
).refine((all) => all.length <= 30, 'are at most 30');

export const unit = z.string().refine((name) => UNITS.includes(name), 'is no unit');

const metricStat = z.strictObject({
  Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions.optional() }),
  Period: integer,
  Stat: z.string(),
  Unit: unit.optional(),
});

export const metricQueries = list(
  z.strictObject({
    Id: z.string(),
    MetricStat: metricStat.optional(),
    Expression: z.string().max(2048).optional(),
    Label: z.string().optional(),
    ReturnData: flag.optional(),
  }),
);

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message);
}

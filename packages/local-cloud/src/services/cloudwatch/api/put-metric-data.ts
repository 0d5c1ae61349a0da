import { z } from 'zod';
import type { JsonOperation } from '../../../wire/json.ts';
import { isTaken, isValue, toDimensions } from '../metric.ts';
import { merge, samplesOf, summarized, type Summary } from '../summary.ts';
import type { ApiParts } from './types.ts';
import {
  dimensions,
  integer,
  invalidCombination,
  invalidValue,
  list,
  moment,
  number,
  operation,
  unit,
} from './input.ts';

const MOST_VALUES = 150;

const datum = z.strictObject({
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions.default([]),
  Timestamp: moment.optional(),
  Value: number.optional(),
  StatisticValues: z.strictObject({ SampleCount: number, Sum: number, Minimum: number, Maximum: number }).optional(),
  Values: list(number).optional(),
  Counts: list(number).optional(),
  Unit: unit.default('None'),
  StorageResolution: integer.pipe(z.union([z.literal(1), z.literal(60)])).default(60),
});
type Datum = z.output<typeof datum>;

const schema = z.strictObject({
  Namespace: z.string().min(1).max(255),
  MetricData: list(datum).refine((all) => all.length <= 1000, 'are at most 1000'),
});

/** Nothing is taken of a request of which anything is wrong. */
export function putMetricData({ context, metrics, timeline }: ApiParts): JsonOperation {
  return operation('PutMetricData', schema, ({ Namespace: namespace, MetricData: data }, { authorize }) => {
    authorize('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': namespace });
    if (namespace.startsWith('AWS/')) throw invalidValue('The value AWS/ for parameter Namespace is invalid.');
    const now = context.clock.now().getTime();
    const measured = data.map((one, index) => {
      const { Timestamp: real = now } = one;
      checkMoment(real, now, `MetricData.member.${String(index + 1)}`);
      return { one, real, samples: readSamples(one, `MetricData.member.${String(index + 1)}`) };
    });
    for (const { one, real, samples } of measured) {
      metrics.add(
        { namespace, name: one.MetricName, dimensions: toDimensions(one.Dimensions) },
        {
          unit: one.Unit,
          at: { real, cloud: timeline.toCloud(real) },
          samples,
          fine: one.StorageResolution === 1,
        },
      );
    }
    return {};
  });
}

function checkMoment(real: number, now: number, where: string): void {
  if (isTaken(real, now)) return;
  throw invalidValue(
    `The parameter ${where}.Timestamp must specify a time no more than two weeks in the past and no more than two hours in the future.`,
  );
}

function readSamples({ Value, Values, Counts, StatisticValues }: Datum, where: string): Summary {
  const numbers = [Value, ...(Values ?? []), ...Object.values(StatisticValues ?? {})];
  if (!numbers.every((one) => one === undefined || isValue(one))) {
    throw invalidValue(`The parameter ${where} has a value that is not in the range from -2^360 to 2^360.`);
  }
  const given = Object.entries({ Value, StatisticValues, Values }).filter(([, value]) => value !== undefined);
  const [first, second] = given.map(([name]) => name);
  if (first === undefined) throw invalidValue(`The parameter ${where} has neither Value, Values nor StatisticValues.`);
  if (second !== undefined) {
    const [one, other] = second === 'StatisticValues' || first === 'Value' ? [first, second] : [second, first];
    throw invalidCombination(
      `The parameters ${where}.${one} and ${where}.${other} are mutually exclusive and you have specified both.`,
    );
  }
  if (StatisticValues !== undefined) {
    const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = StatisticValues;
    if (!(count > 0) || min > max)
      throw invalidValue(`The parameter ${where}.StatisticValues is no summary of samples.`);
    return summarized({ count, sum, min, max });
  }
  const values = Values ?? [Value ?? 0];
  const counts = Counts ?? values.map(() => 1);
  if (values.length !== counts.length) {
    throw invalidValue(`The parameters ${where}.Values and ${where}.Counts must be of the same size.`);
  }
  if (values.length === 0 || values.length > MOST_VALUES) {
    throw invalidValue(`The parameter ${where}.Values has 1 to ${String(MOST_VALUES)} members.`);
  }
  if (counts.some((count) => !(count > 0)))
    throw invalidValue(`The parameter ${where}.Counts has only positive numbers.`);
  const [sample, ...others] = values.map((value, index) => samplesOf(value, counts[index]));
  for (const more of others) merge(sample as Summary, more);
  return sample as Summary;
}

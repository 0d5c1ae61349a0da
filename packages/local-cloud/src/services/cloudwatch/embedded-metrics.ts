import { z } from 'zod';
import { isTaken, isValue, UNITS, type Measured } from './metric.ts';
import { merge, samplesOf } from './summary.ts';

/** Metrics that a log line carries, in CloudWatch's embedded metric format. */
export type Embedded = {
  /** Milliseconds since 1970. */
  timestamp: number;
  measured: (Measured & { fine: boolean })[];
  /** Why something of it was left out. */
  problems: string[];
};

const MOST_VALUES = 100;

const directive = z.object({
  Namespace: z.string().min(1).max(1024),
  Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
  Metrics: z
    .array(
      z.object({
        Name: z.string().min(1).max(1024),
        Unit: z
          .string()
          .refine((unit) => UNITS.includes(unit), 'is no unit')
          .default('None'),
        StorageResolution: z.union([z.literal(1), z.literal(60)], 'is 1 or 60').default(60),
      }),
    )
    .max(100),
});
const metadata = z.object({ Timestamp: z.int().positive(), CloudWatchMetrics: z.array(directive) });
type Directive = z.output<typeof directive>;
type Root = Readonly<Record<string, unknown>>;

/** What Lambda writes before a line of the console, where functions log as text. */
const PREFIX = /^[^\s{]+\t[^\s{]*\t[A-Z]+\t(?=\{)/;

/** Undefined: the line has nothing to do with metrics. `now`: milliseconds since 1970. */
export function readEmbedded(line: string, now: number): Embedded | undefined {
  if (!line.includes('"_aws"') || !line.includes('"CloudWatchMetrics"')) return undefined;
  const root = parse(line.replace(PREFIX, ''));
  if (root === undefined || !Object.hasOwn(root, '_aws')) return undefined;
  const read = metadata.safeParse(root['_aws']);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${['_aws', ...path].join('.')}: ${message}`);
    return { timestamp: 0, measured: [], problems };
  }
  const { Timestamp: timestamp, CloudWatchMetrics: directives } = read.data;
  const problems: string[] = [];
  if (!isTaken(timestamp, now)) {
    const problem = '_aws.Timestamp: more than two weeks old, or more than two hours ahead';
    return { timestamp, measured: [], problems: [problem] };
  }
  const measured = directives.flatMap((one) => measure(one, root, (problem) => problems.push(problem)));
  return { timestamp, measured, problems };
}

function parse(text: string): Root | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Root) : undefined;
  } catch {
    return undefined;
  }
}

function measure(
  { Namespace: namespace, Dimensions: sets, Metrics: metrics }: Directive,
  root: Root,
  refuse: (problem: string) => void,
): Embedded['measured'] {
  const dimensionSets = sets.flatMap((names) => {
    const bad = names.find((name) => !isDimension(root[name]));
    if (bad === undefined) return [Object.fromEntries(names.map((name) => [name, String(root[name])]))];
    refuse(`the dimension ${bad} has no value: a text of 1 to 1024 characters`);
    return [];
  });
  return metrics.flatMap(({ Name: name, Unit: unit, StorageResolution: resolution }) => {
    const values = [root[name]].flat();
    if (values.length === 0 || values.length > MOST_VALUES || !values.every(isValue)) {
      refuse(`the metric ${name} has no value: a number, or 1 to ${String(MOST_VALUES)} numbers`);
      return [];
    }
    const [first = 0, ...others] = values;
    const samples = samplesOf(first);
    for (const value of others) merge(samples, samplesOf(value));
    return dimensionSets.map((dimensions) => ({
      metric: { namespace, name, dimensions },
      unit,
      samples,
      fine: resolution === 1,
    }));
  });
}

function isDimension(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= 1024;
}

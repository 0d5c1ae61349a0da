import { escaped } from './printable.ts';

export const NAMESPACE = 'ServerlessThumbnails';

export type Unit = 'Count' | 'Milliseconds' | 'Bytes';

/** One family of CloudWatch metrics: each of `metrics` under each of `dimensions`' sets of names. */
export type Directive = { dimensions: readonly (readonly string[])[]; metrics: Readonly<Record<string, Unit>> };

/**
 * Publishes metrics by writing one line, in CloudWatch's embedded metric format: no request, and none is lost when the function
 * is frozen. `values` holds every metric and every dimension that the directives name; others of it can be searched for, at no cost.
 * Straight to stdout, since Lambda's JSON logs would wrap what goes by way of the console.
 */
export function publish(directives: readonly Directive[], values: Readonly<Record<string, string | number>>): void {
  const CloudWatchMetrics = directives.map(({ dimensions, metrics }) => ({
    Namespace: NAMESPACE,
    Dimensions: dimensions,
    Metrics: Object.entries(metrics).map(([Name, Unit]) => ({ Name, Unit })),
  }));
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics }, ...values };
  process.stdout.write(`${JSON.stringify(line, (_name, value: unknown) => escaped(value))}\n`);
}

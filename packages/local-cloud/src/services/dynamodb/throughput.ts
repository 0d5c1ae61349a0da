import { AwsError } from '../../core/aws-error.ts';
import type { Clock } from '../../core/clock.ts';
import type { Provisioned } from './table-settings.ts';

/** DynamoDB keeps what was not used of the last five minutes for bursts. */
const BURST_SECONDS = 300;

export type Throughput = ReturnType<typeof createThroughput>;

/** What provisioned tables have left of their capacity, in units; a table that is not provisioned is never throttled. */
export function createThroughput(
  { now }: Pick<Clock, 'now'>,
  provisionedOf: (table: string) => Provisioned | undefined,
) {
  const kept = new Map<string, { units: number; at: number }>();

  function left(table: string, kind: keyof Provisioned): { units: number; at: number } | undefined {
    const provisioned = provisionedOf(table);
    if (provisioned === undefined) return undefined;
    const most = provisioned[kind] * BURST_SECONDS;
    const at = now().getTime();
    const before = kept.get(`${table}/${kind}`) ?? { units: most, at };
    return { units: Math.min(most, before.units + ((at - before.at) / 1000) * provisioned[kind]), at };
  }

  return {
    isProvisioned: (table: string): boolean => provisionedOf(table) !== undefined,
    isExhausted: (table: string, kind: keyof Provisioned): boolean => (left(table, kind)?.units ?? Infinity) <= 0,
    spend: (table: string, kind: keyof Provisioned, units: number): void => {
      const found = left(table, kind);
      if (found !== undefined) kept.set(`${table}/${kind}`, { ...found, units: found.units - units });
    },
  };
}

export function throttled(): AwsError {
  return new AwsError(
    'ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
  );
}

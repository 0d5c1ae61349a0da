import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { describeAlarms, putAlarms } from '../aws/alarms.ts';
import { moveAlias, readAlias, readCode, writeCode } from '../aws/code.ts';
import { releasedOf, type Stack } from '../aws/stack.ts';

/** The parts of a stack that a rehearsal changes, before the changes. */
export type Snapshot = {
  /** By function name. */
  serving: ReadonlyMap<string, string>;
  code: ReadonlyMap<string, Uint8Array>;
  rollbackAlarms: readonly MetricAlarm[];
};

export async function takeSnapshot(stack: Stack): Promise<Snapshot> {
  const { aws, rollbackAlarms } = stack;
  const names = releasedOf(stack).map(({ functionName }) => functionName);
  const serving = names.map(async (name) => [name, (await readAlias(aws.lambda, name)).version] as const);
  const code = names.map(async (name) => [name, await readCode(aws.lambda, name)] as const);
  return {
    serving: new Map(await Promise.all(serving)),
    code: new Map(await Promise.all(code)),
    rollbackAlarms: await describeAlarms(aws.cloudWatch, rollbackAlarms),
  };
}

/**
 * Restores as much as possible, then throws the errors. Published versions remain: Lambda never reuses their numbers, and nothing invokes
 * them.
 */
export async function restoreSnapshot({ aws }: Stack, { serving, code, rollbackAlarms }: Snapshot): Promise<void> {
  const results = await Promise.allSettled([
    ...[...serving].map(([name, version]) => moveAlias(aws.lambda, name, version)),
    ...[...code].map(([name, zip]) => writeCode(aws.lambda, name, zip)),
    putAlarms(aws.cloudWatch, rollbackAlarms),
  ]);
  const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'Some changes could not be reverted.');
}

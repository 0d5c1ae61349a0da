import type { MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { describeAlarms, putAlarms } from '../aws/alarms.ts';
import { moveAlias, readAlias, readCode, writeCode } from '../aws/code.ts';
import { releasedOf, type Stack } from '../aws/stack.ts';

/** What a rehearsal changes in a stack, as it was before. */
export type Found = {
  /** By function name. */
  serving: ReadonlyMap<string, string>;
  code: ReadonlyMap<string, Uint8Array>;
  /** Those that stop a release. */
  gates: readonly MetricAlarm[];
};

export async function lookAround(stack: Stack): Promise<Found> {
  const { aws, gates } = stack;
  const names = releasedOf(stack).map(({ functionName }) => functionName);
  const serving = names.map(async (name) => [name, (await readAlias(aws.lambda, name)).version] as const);
  const code = names.map(async (name) => [name, await readCode(aws.lambda, name)] as const);
  return {
    serving: new Map(await Promise.all(serving)),
    code: new Map(await Promise.all(code)),
    gates: await describeAlarms(aws.cloudWatch, gates),
  };
}

/**
 * Versions that were published stay, as Lambda never gives their numbers again; nothing invokes them. Puts back what it can, and throws
 * what then was left.
 */
export async function putBack({ aws }: Stack, { serving, code, gates }: Found): Promise<void> {
  const results = await Promise.allSettled([
    ...[...serving].map(([name, version]) => moveAlias(aws.lambda, name, version)),
    ...[...code].map(([name, zip]) => writeCode(aws.lambda, name, zip)),
    putAlarms(aws.cloudWatch, gates),
  ]);
  const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw new AggregateError(errors, 'Not everything could be put back as it was found.');
}

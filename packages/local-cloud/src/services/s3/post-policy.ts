import { z } from 'zod';
import { AwsError } from '../../core/aws-error.ts';

const amount = z.union([z.int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]);
const condition = z.union([
  z.tuple([z.string().regex(/^(eq|starts-with)$/i), z.string().startsWith('$'), z.string()]),
  z.tuple([z.string().regex(/^content-length-range$/i), amount, amount]),
  z.record(z.string(), z.union([z.string(), z.number().transform(String)])),
]);
const document = z.strictObject({ expiration: z.iso.datetime(), conditions: z.array(condition) });

export type PostPolicy = z.output<typeof document>;
type Condition = PostPolicy['conditions'][number];

/** Reads the policy of a form, base64. Throws AwsError InvalidPolicyDocument. */
export function readPostPolicy(base64: string): PostPolicy {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
  } catch {
    throw new AwsError('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.');
  }
  const result = document.safeParse(parsed);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new AwsError(
    'InvalidPolicyDocument',
    `Invalid Policy: ${(issue?.path ?? []).map(String).join('.')}: ${issue?.message ?? 'it is not a policy'}.`,
  );
}

/** Fields that need no condition: what signs, and what a form may hold for itself. */
const UNCONDITIONED = /^(x-amz-signature|awsaccesskeyid|signature|policy|file|x-ignore-.*)$/;

/**
 * Holds a form against its policy: it is in time, every condition is met, and every field has one. Field names are in lower case and
 * count `bucket`. Throws AwsError AccessDenied, EntityTooLarge, EntityTooSmall.
 */
export function enforcePostPolicy(
  { expiration, conditions }: PostPolicy,
  fields: Readonly<Record<string, string>>,
  size: number,
  now: Date,
): void {
  if (new Date(expiration) <= now) throw refused('Policy expired.');
  const conditioned = new Set<string>();
  for (const one of conditions) {
    const range = rangeOf(one);
    if (range !== undefined) {
      checkSize(size, range);
      continue;
    }
    for (const { name, holds } of matchersOf(one)) {
      conditioned.add(name);
      if (!holds(fields[name] ?? '')) throw refused(`Policy Condition failed: ${JSON.stringify(one)}`);
    }
  }
  const extra = Object.keys(fields).filter((name) => !conditioned.has(name) && !UNCONDITIONED.test(name));
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`);
}

type Matcher = { name: string; holds: (value: string) => boolean };

function matchersOf(one: Condition): Matcher[] {
  if (!Array.isArray(one)) {
    return Object.entries(one).map(([name, wanted]) => ({
      name: name.toLowerCase(),
      holds: (value) => value === wanted,
    }));
  }
  const [kind, field, wanted] = one.map(String) as [string, string, string];
  const name = field.slice(1).toLowerCase();
  if (kind.toLowerCase() === 'eq') return [{ name, holds: (value) => value === wanted }];
  // A content type with commas is a list, and each of it must begin so.
  const each = (value: string): string[] => (name === 'content-type' ? value.split(',') : [value]);
  return [{ name, holds: (value) => each(value).every((part) => part.trimStart().startsWith(wanted)) }];
}

function rangeOf(one: Condition): { least: number; most: number } | undefined {
  if (!Array.isArray(one) || typeof one[1] !== 'number') return undefined;
  return { least: one[1], most: Number(one[2]) };
}

function checkSize(size: number, { least, most }: { least: number; most: number }): void {
  if (size > most) {
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400, {
      ProposedSize: String(size),
      MaxSizeAllowed: String(most),
    });
  }
  if (size < least) {
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400, {
      ProposedSize: String(size),
      MinSizeAllowed: String(least),
    });
  }
}

function refused(why: string): AwsError {
  return new AwsError('AccessDenied', `Invalid according to Policy: ${why}`, 403);
}

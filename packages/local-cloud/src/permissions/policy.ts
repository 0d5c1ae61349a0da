import { z } from 'zod';
import { condition, type Condition } from './conditions.ts';
import { wildcards } from './pattern.ts';
import { MalformedPolicyError, UnsupportedPolicyError } from './policy-error.ts';
import { readPrincipals, type PrincipalPattern } from './principals.ts';

/** Where a policy hangs decides what it must say: an identity's names no Principal, a resource's does, a role's trust has no Resource. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export type Statement = {
  effect: 'Allow' | 'Deny';
  /** Absent in an identity's policy: it is about whoever has it. */
  principals?: readonly PrincipalPattern[];
  action: (action: string) => boolean;
  resource: (resource: string) => boolean;
  conditions: readonly Condition[];
};

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const scalar = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);
const scalars = z.union([scalar.transform((value) => [value]), z.array(scalar)]);

const statementShape = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), words)]).optional(),
  Action: words.optional(),
  NotAction: words.optional(),
  Resource: words.optional(),
  NotResource: words.optional(),
  Condition: z.record(z.string(), z.record(z.string(), scalars)).optional(),
});
type StatementShape = z.output<typeof statementShape>;

const policyShape = z.strictObject({
  Version: z.enum(['2008-10-17', '2012-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.unknown(),
});

const known = new WeakMap<object, readonly Statement[]>();

/**
 * Reads a policy document, given as an object or as JSON text. Throws UnsupportedPolicyError for what is not implemented,
 * MalformedPolicyError for what AWS refuses too. Call it where a policy is set, with its kind, so that a wrong one is never stored.
 * An object is read once and remembered: don't change it afterwards.
 */
export function readPolicy(document: unknown, kind?: PolicyKind): readonly Statement[] {
  if (typeof document === 'string') return readPolicy(parseJson(document), kind);
  if (typeof document !== 'object' || document === null) throw new MalformedPolicyError('A policy is a JSON object.');
  const remembered = kind === undefined ? known.get(document) : undefined;
  if (remembered !== undefined) return remembered;
  const policy = parse(policyShape, document, 'The policy');
  const list: unknown[] = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (list.length === 0) throw new MalformedPolicyError('The policy has no Statement.');
  const statements = list.map((one, index) => statement(one, `Statement ${index + 1}`, kind));
  known.set(document, statements);
  return statements;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw Object.assign(new MalformedPolicyError('The policy is not JSON.'), { cause });
  }
}

function statement(document: unknown, where: string, kind: PolicyKind | undefined): Statement {
  if (typeof document === 'object' && document !== null) {
    if ('NotPrincipal' in document) throw new UnsupportedPolicyError(`NotPrincipal (${where})`);
    const unknown = Object.keys(document).find((name) => !(name in statementShape.shape));
    if (unknown !== undefined) throw new MalformedPolicyError(`${where} has an unknown element: ${unknown}.`);
  }
  const shape = parse(statementShape, document, where);
  checkElements(shape, where, kind);
  for (const text of [...(shape.Resource ?? []), ...(shape.NotResource ?? []), ...conditionValues(shape)]) {
    if (/\$\{.*\}/.test(text)) throw new UnsupportedPolicyError(`the policy variable in "${text}" (${where})`);
  }
  return {
    effect: shape.Effect,
    ...(shape.Principal !== undefined && { principals: readPrincipals(shape.Principal, where) }),
    action: matcher(shape.Action, shape.NotAction, true),
    resource: matcher(shape.Resource, shape.NotResource, false),
    conditions: Object.entries(shape.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => condition(operator, key, values)),
    ),
  };
}

function conditionValues(shape: StatementShape): string[] {
  return Object.values(shape.Condition ?? {}).flatMap((keys) => Object.values(keys).flat());
}

function checkElements(shape: StatementShape, where: string, kind: PolicyKind | undefined): void {
  const has = (name: keyof StatementShape): boolean => shape[name] !== undefined;
  const refuse = (why: string): never => {
    throw new MalformedPolicyError(`${where} ${why}.`);
  };
  if (has('Action') === has('NotAction')) refuse('needs Action or NotAction, and not both');
  if (has('Resource') && has('NotResource')) refuse('has both Resource and NotResource');
  if (kind === undefined) return;
  if (kind === 'identity' && has('Principal')) refuse('has a Principal: an identity-based policy names none');
  if (kind !== 'identity' && !has('Principal')) refuse('names no Principal');
  const hasResource = has('Resource') || has('NotResource');
  if (kind === 'trust' && hasResource) refuse('has a Resource: a trust policy names none');
  if (kind !== 'trust' && !hasResource) refuse('names no Resource');
}

function matcher(
  named: readonly string[] | undefined,
  notNamed: readonly string[] | undefined,
  ignoreCase: boolean,
): (text: string) => boolean {
  const tests = (named ?? notNamed ?? ['*']).map((pattern) => wildcards(pattern, { ignoreCase }));
  return (text) => tests.some((test) => test(text)) === (notNamed === undefined);
}

function parse<T>(shape: z.ZodType<T>, value: unknown, where: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new MalformedPolicyError(`${where}: ${[...(issue?.path ?? []).map(String), issue?.message].join(': ')}.`);
}

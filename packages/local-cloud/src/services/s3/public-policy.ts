import { z } from 'zod';

const word = z.union([z.string(), z.array(z.string())]);
const policy = z.object({
  Statement: z.preprocess(
    (one): unknown[] => (Array.isArray(one) ? one : [one]),
    z.array(
      z.object({
        Effect: z.string(),
        Principal: z.union([z.literal('*'), z.record(z.string(), word)]).optional(),
        Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      }),
    ),
  ),
});

/** Condition keys that tie everybody down to somebody, with operators that do not negate. */
const FIXING_KEYS = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:PrincipalOrgID',
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceIp',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:userid',
    's3:DataAccessPointAccount',
    's3:DataAccessPointArn',
  ].map((key) => key.toLowerCase()),
);
const FIXING_OPERATORS = /^(ForAnyValue:)?(StringEquals|StringLike|ArnEquals|ArnLike|IpAddress)$/i;

/** Does a policy let everybody in, as S3 understands public? Where everybody is tied down by a fixed value, it does not. */
export function isPublic(document: object): boolean {
  return policy.parse(document).Statement.some(({ Effect, Principal, Condition = {} }) => {
    const everybody = Principal === '*' || Object.values(Principal ?? {}).some((names) => names.includes('*'));
    const fixed = Object.entries(Condition).some(
      ([operator, keys]) =>
        FIXING_OPERATORS.test(operator) && Object.entries(keys).some(([key, value]) => fixes(key, value)),
    );
    return Effect === 'Allow' && everybody && !fixed;
  });
}

/** A fixed value holds no wildcard and is not every network. */
function fixes(key: string, value: unknown): boolean {
  const values = (Array.isArray(value) ? value : [value]).map(String);
  return FIXING_KEYS.has(key.toLowerCase()) && values.every((one) => !/[*?]|\/0$/.test(one));
}

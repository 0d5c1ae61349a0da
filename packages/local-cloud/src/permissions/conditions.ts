import { arnPattern, wildcards } from './pattern.ts';
import { MalformedPolicyError, UnsupportedPolicyError } from './policy-error.ts';

/** Condition keys of a request, their names in lower case; most have one value, some (`aws:TagKeys`) have several. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

export type Condition = (context: RequestContext) => boolean;

/** Does one value of the request match one value of the policy? */
type Comparison = (wanted: string) => (actual: string) => boolean;

function numeric(holds: (actual: number, wanted: number) => boolean): Comparison {
  return (wanted) => {
    if (wanted.trim() === '' || Number.isNaN(Number(wanted))) {
      throw new MalformedPolicyError(`A numeric condition compares with "${wanted}", which is no number.`);
    }
    return (actual) => actual.trim() !== '' && holds(Number(actual), Number(wanted));
  };
}

function date(holds: (actual: number, wanted: number) => boolean): Comparison {
  return (wanted) => {
    const limit = instant(wanted);
    if (Number.isNaN(limit)) {
      throw new MalformedPolicyError(`A date condition compares with "${wanted}", which is no date.`);
    }
    return (actual) => holds(instant(actual), limit);
  };
}

/** ISO 8601, or seconds since 1970. */
function instant(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const equal: Comparison = (wanted) => (actual) => actual === wanted;
const equalIgnoringCase: Comparison = (wanted) => (actual) => actual.toLowerCase() === wanted.toLowerCase();
const like: Comparison = (wanted) => wildcards(wanted);
const arn: Comparison = (wanted) => arnPattern(wanted);
const same = (actual: number, wanted: number): boolean => actual === wanted;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringLike: like,
  NumericEquals: numeric(same),
  NumericLessThan: numeric((actual, wanted) => actual < wanted),
  NumericLessThanEquals: numeric((actual, wanted) => actual <= wanted),
  NumericGreaterThan: numeric((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: numeric((actual, wanted) => actual >= wanted),
  DateEquals: date(same),
  DateLessThan: date((actual, wanted) => actual < wanted),
  DateLessThanEquals: date((actual, wanted) => actual <= wanted),
  DateGreaterThan: date((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: date((actual, wanted) => actual >= wanted),
  Bool: equalIgnoringCase,
  // IAM documents that these two do the same.
  ArnEquals: arn,
  ArnLike: arn,
};

/** Each says the opposite of another operator; on a key that is absent it holds. */
const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/**
 * One line of a Condition block, e.g. `ForAnyValue:StringLikeIfExists`, a key and its values. The values are alternatives; for a
 * negated operator, none of them may match. Throws UnsupportedPolicyError for an operator that is not implemented.
 */
export function condition(operator: string, key: string, values: readonly string[]): Condition {
  const { quantifier, name, ifExists } = readOperator(operator);
  const wantedKey = key.toLowerCase();
  if (name === 'Null') {
    if (quantifier !== undefined || ifExists) throw new UnsupportedPolicyError(`the condition operator ${operator}`);
    return (context) => values.some((value) => value.toLowerCase() === String(!context.has(wantedKey)));
  }

  const negated = Object.hasOwn(negations, name);
  const base = negations[name] ?? name;
  const comparison = Object.hasOwn(comparisons, base) ? comparisons[base] : undefined;
  if (comparison === undefined) throw new UnsupportedPolicyError(`the condition operator ${operator}`);
  const tests = values.map(comparison);
  const holds = (actual: string): boolean => tests.some((test) => test(actual)) !== negated;

  return (context) => {
    const actual = context.get(wantedKey);
    if (quantifier === 'ForAllValues') return (actual ?? []).every(holds);
    if (quantifier === 'ForAnyValue') return actual === undefined ? ifExists : actual.some(holds);
    if (actual === undefined) return negated || ifExists;
    return negated ? actual.every(holds) : actual.some(holds);
  };
}

function readOperator(operator: string): {
  quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  name: string;
  ifExists: boolean;
} {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator);
  return {
    quantifier: match?.[1] as 'ForAllValues' | 'ForAnyValue' | undefined,
    name: match?.[2] ?? operator,
    ifExists: match?.[3] !== undefined,
  };
}

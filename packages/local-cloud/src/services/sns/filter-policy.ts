import { AwsError, notImplemented } from '../../core/aws-error.ts';
import { wildcards } from '../../permissions/pattern.ts';
import type { MessageAttribute } from '../../core/delivery.ts';

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** A message as a filter sees it. */
export type Filtered = { body: string; attributes: Readonly<Record<string, MessageAttribute>> };

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
/** `undefined`: the property is not there. */
type Test = (value: Json | undefined) => boolean;

const mostKeys = 5;
const mostCombinations = 150;

/**
 * Reads a subscription's filter policy: every key must match, by any of its conditions. Throws AwsError InvalidParameter for a policy
 * that SNS refuses, and NotImplemented for an operator that is not there.
 */
export function readFilterPolicy(policy: object, scope: FilterPolicyScope): (message: Filtered) => boolean {
  const cost = { keys: 0, combinations: 1 };
  const test = readObject(policy as Json, scope, 1, cost);
  if (cost.keys > mostKeys) throw invalid('Filter policy can not have more than 5 keys');
  if (cost.combinations > mostCombinations) throw invalid('Filter policy is too complex');
  if (scope === 'MessageAttributes') return ({ attributes }) => test(ofAttributes(attributes));
  return ({ body }) => {
    const value = parseObject(body);
    return value !== undefined && test(value);
  };
}

type Cost = { keys: number; combinations: number };

function readObject(policy: Json, scope: FilterPolicyScope, depth: number, cost: Cost): Test {
  if (!isObject(policy) || Object.keys(policy).length === 0)
    throw invalid('Filter policy must be a JSON object with keys');
  const tests = Object.entries(policy).map(([name, rule]): Test => {
    if (name === '$or' && isAlternatives(rule)) {
      const alternatives = rule.map((one) => readObject(one, scope, depth, cost));
      return (value) => alternatives.some((test) => test(value));
    }
    const test = readRule(name, rule, scope, depth, cost);
    return (value) => test(isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  });
  const all: Test = (value) => tests.every((test) => test(value));
  // In a list of objects, one and the same object must match all keys.
  return (value) => (Array.isArray(value) ? value.some((one) => all(one)) : all(value));
}

function readRule(name: string, rule: Json, scope: FilterPolicyScope, depth: number, cost: Cost): Test {
  if (isObject(rule)) {
    if (scope === 'MessageAttributes')
      throw invalid(`Filter policy scope MessageAttributes does not support nested keys: ${name}`);
    return readObject(rule, scope, depth + 1, cost);
  }
  if (!Array.isArray(rule) || rule.length === 0) throw invalid(`"${name}" must be an object or a non-empty array`);
  cost.keys += 1;
  cost.combinations *= rule.length * depth;
  const tests = rule.map((one) => readCondition(name, one, scope));
  return (value) => tests.some((test) => test(value));
}

function readCondition(name: string, condition: Json, scope: FilterPolicyScope): Test {
  if (Array.isArray(condition)) throw invalid(`Match value must be String, number, true, false, or null: ${name}`);
  if (!isObject(condition)) return anyElement((value) => value === condition);
  const [[operator, operand] = ['', null], ...more] = Object.entries(condition);
  if (more.length > 0) throw invalid(`Only one key allowed in match expression: ${name}`);
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw invalid('exists match pattern must be either true or false.');
      return (value) => (value !== undefined) === operand;
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
    case 'wildcard':
      return anyElement(textTest(operator, operand));
    case 'numeric':
      return anyElement(numericTest(operand));
    case 'anything-but':
      return anythingBut(operand, scope);
    default:
      throw notImplemented(`the filter policy operator "${operator}" (${name})`);
  }
}

/** A list matches if any of its elements does. */
function anyElement(test: (value: Json) => boolean): Test {
  return (value) => value !== undefined && (Array.isArray(value) ? value.some((one) => test(one)) : test(value));
}

function everyElement(test: (value: Json) => boolean): Test {
  return (value) => value !== undefined && (Array.isArray(value) ? value.every((one) => test(one)) : test(value));
}

function textTest(operator: string, operand: Json): (value: Json) => boolean {
  if (typeof operand !== 'string' || operand === '')
    throw invalid(`${operator} match pattern must be a non-empty string`);
  const tests: Readonly<Record<string, (text: string) => boolean>> = {
    prefix: (text) => text.startsWith(operand),
    suffix: (text) => text.endsWith(operand),
    'equals-ignore-case': (text) => text.toLowerCase() === operand.toLowerCase(),
    wildcard: wildcards(operand, { questionMark: false }),
  };
  const test = tests[operator];
  if (test === undefined) throw notImplemented(`the filter policy operator "${operator}" inside "anything-but"`);
  return (value) => typeof value === 'string' && test(value);
}

function anythingBut(operand: Json, scope: FilterPolicyScope): Test {
  const excluded = isObject(operand)
    ? Object.entries(operand).map(([operator, inner]) => textTest(operator, inner))
    : (Array.isArray(operand) ? operand : [operand]).map((one) => (value: Json) => value === one);
  if (excluded.length === 0) throw invalid('anything-but list must not be empty');
  const isOther = (value: Json): boolean => !excluded.some((test) => test(value));
  // As documented: of a String.Array no element may be excluded; of a list in a body one other element is enough.
  if (scope === 'MessageAttributes') return everyElement(isOther);
  return anyElement(isOther);
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function numericTest(operand: Json): (value: Json) => boolean {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length > 4 || operand.length % 2 !== 0) {
    throw invalid('numeric match must be a list of one or two pairs of operator and number');
  }
  const tests = [0, 2]
    .filter((at) => at < operand.length)
    .map((at) => {
      const [operator, limit] = operand.slice(at, at + 2);
      const compare =
        typeof operator === 'string' && Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined;
      if (compare === undefined) throw invalid(`Unrecognized numeric range operator: ${JSON.stringify(operator)}`);
      if (typeof limit !== 'number' || Math.abs(limit) > 1e9)
        throw invalid(`Value of ${JSON.stringify(operator)} must be numeric`);
      return (value: number) => compare(value, limit);
    });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

/** String, Number and String.Array take part in filtering; what is binary does not. */
function ofAttributes(attributes: Filtered['attributes']): { [name: string]: Json } {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { dataType, stringValue = '' }]): [string, Json][] => {
      if (dataType === 'String.Array') return [[name, parseArray(stringValue)]];
      if (dataType.startsWith('String')) return [[name, stringValue]];
      if (dataType.startsWith('Number')) return [[name, Number(stringValue)]];
      return [];
    }),
  );
}

function parseArray(text: string): Json {
  const value = parse(text);
  return Array.isArray(value) ? value : text;
}

function parseObject(text: string): Json | undefined {
  const value = parse(text);
  return isObject(value) ? value : undefined;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `$or` is the operator only as a list of at least two objects; else it is a key like any other. */
function isAlternatives(rule: Json): rule is { [name: string]: Json }[] {
  return Array.isArray(rule) && rule.length >= 2 && rule.every((one) => isObject(one));
}

function invalid(why: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${why}`);
}

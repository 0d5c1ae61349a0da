import jsep from 'jsep';
import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import type { Formula } from './formula.ts';
import { functions } from './functions.ts';
import { operators } from './operators.ts';

jsep.removeAllBinaryOps();
for (const [operator, { precedence, rightToLeft }] of Object.entries(operators)) {
  jsep.addBinaryOp(operator, precedence, rightToLeft);
}
jsep.removeAllUnaryOps();
jsep.addUnaryOp('-');
jsep.removeAllLiterals();

/** Functions that AWS has besides. */
const ELSEWHERE =
  /^(ANOMALY_DETECTION_BAND|DATAPOINT_COUNT|DATE|DAY|DB_PERF_INSIGHTS|DIFF_TIME|EPOCH|FIRST|HOUR|INSIGHT_RULE_METRIC|LAMBDA|LAST|LOG|LOG10|METRIC_COUNT|MINUTE|MONTH|REMOVE_EMPTY|SEARCH|SLICE|SORT|STDDEV|TIME_SERIES|YEAR)$/;

/** Reads an expression. Throws AwsError NotImplemented for functions that only AWS has, ValidationException for what is no expression. */
export function parseFormula(expression: string): Formula {
  if (/^\s*SELECT\s/i.test(expression)) throw notImplemented('Metrics Insights queries (SELECT …) as expressions');
  let parsed: jsep.Expression;
  try {
    parsed = jsep(expression);
  } catch (error) {
    throw badExpression(expression, (error as Error).message);
  }
  const refuse = (why: string): never => {
    throw badExpression(expression, why);
  };
  return toFormula(parsed as jsep.CoreExpression, refuse);
}

export function badExpression(expression: string, why: string): AwsError {
  return new AwsError('ValidationException', `Error in expression '${expression}': ${why}`);
}

function toFormula(expression: jsep.CoreExpression | null, refuse: (why: string) => never): Formula {
  if (expression === null) return refuse('nothing stands where a value must');
  const read = (inner: unknown): Formula => toFormula(inner as jsep.CoreExpression | null, refuse);
  switch (expression.type) {
    case 'Literal':
      return typeof expression.value === 'number'
        ? { kind: 'number', value: expression.value }
        : refuse(`${expression.raw} is no number`);
    case 'Identifier':
      return { kind: 'reference', id: expression.name };
    case 'ArrayExpression':
      return { kind: 'list', items: (expression.elements as unknown[]).map(read) };
    case 'UnaryExpression':
      return { kind: 'negation', of: read(expression.argument) };
    case 'BinaryExpression':
      return {
        kind: 'operation',
        operator: expression.operator,
        left: read(expression.left),
        right: read(expression.right),
      };
    case 'CallExpression': {
      const { callee, arguments: args } = expression;
      if (callee.type !== 'Identifier') return refuse('what is called is no function');
      return toCall(callee['name'] as string, args, { read, refuse });
    }
    case 'Compound':
    case 'SequenceExpression':
    case 'MemberExpression':
    case 'ThisExpression':
    case 'ConditionalExpression':
      return refuse('it is no single expression of numbers, ids, operators and functions');
  }
}

function toCall(
  name: string,
  args: readonly jsep.Expression[],
  { read, refuse }: { read: (inner: jsep.Expression) => Formula; refuse: (why: string) => never },
): Formula {
  const [first, second] = args;
  if (name === 'METRICS') {
    if (args.length === 0) return { kind: 'metrics', containing: '' };
    if (args.length === 1 && first?.type === 'Literal' && typeof first['value'] === 'string') {
      return { kind: 'metrics', containing: first['value'] };
    }
    return refuse('METRICS takes a part of ids in quotes, or nothing');
  }
  if (name === 'SERVICE_QUOTA') {
    if (args.length === 1 && first?.type === 'Identifier') return { kind: 'quota', of: first['name'] as string };
    return refuse('SERVICE_QUOTA takes the id of one metric');
  }
  if (name === 'FILL' && args.length === 2 && second?.type === 'Identifier') {
    const filler = second['name'];
    if (filler === 'REPEAT' || filler === 'LINEAR') {
      return { kind: 'call', name: `FILL_${filler}`, args: [read(first as jsep.Expression)] };
    }
  }
  if (ELSEWHERE.test(name)) throw notImplemented(`the metric math function ${name}`);
  if (!Object.hasOwn(functions, name) || name.includes('_') !== (name === 'RUNNING_SUM')) {
    return refuse(`${name} is no function`);
  }
  return { kind: 'call', name, args: args.map(read) };
}

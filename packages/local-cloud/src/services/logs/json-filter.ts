import { notImplemented } from '../../core/aws-error.ts';
import { invalidPattern, regularExpression } from './filter-problems.ts';

type Matches = (event: unknown) => boolean;
type Tokens = { peek: () => string | undefined; take: () => string };

const TOKEN =
  /\s*(?:(&&|\|\||[()]|[!<>]?=|[<>])|(\$[\w.[\]*'"-]*)|("(?:[^"\\]|\\.)*")|(%(?:[^%\\]|\\.)*%)|([^\s()"%&|=<>!{}]+))/y;
const COMPARE: Readonly<Record<string, (value: number, wanted: number) => boolean>> = {
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
};
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/**
 * A filter pattern over the members of JSON: `{ $.level = "ERROR" && ($.durationMs >= 1e3 || $.reason NOT EXISTS) }`. Throws AwsError
 * InvalidParameterException for what is none. A message that is no JSON matches nothing, and what is not there is unlike nothing: `!=` is
 * false of it, as others have found out.
 */
export function jsonFilter(pattern: string): (message: string) => boolean {
  const tokens = tokensOf(pattern);
  const matches = readAny(tokens, pattern);
  if (tokens.peek() !== undefined) throw invalidPattern(pattern);
  return (message) => {
    const event = parsed(message);
    return event !== undefined && matches(event);
  };
}

function tokensOf(pattern: string): Tokens {
  const inner = /^\{(.*)\}$/s.exec(pattern.trim())?.[1];
  if (inner === undefined) throw invalidPattern(pattern);
  const text = inner.trimEnd();
  const found: string[] = [];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) throw invalidPattern(pattern);
    found.push(match[0].trim());
  }
  return {
    peek: () => found[0],
    take: () => {
      const next = found.shift();
      if (next === undefined) throw invalidPattern(pattern);
      return next;
    },
  };
}

/** `&&` binds closer than `||`. */
function readAny(tokens: Tokens, pattern: string): Matches {
  const choices = [readAll(tokens, pattern)];
  while (tokens.peek() === '||') {
    tokens.take();
    choices.push(readAll(tokens, pattern));
  }
  return (event) => choices.some((matches) => matches(event));
}

function readAll(tokens: Tokens, pattern: string): Matches {
  const terms = [readTerm(tokens, pattern)];
  while (tokens.peek() === '&&') {
    tokens.take();
    terms.push(readTerm(tokens, pattern));
  }
  return (event) => terms.every((matches) => matches(event));
}

function readTerm(tokens: Tokens, pattern: string): Matches {
  const first = tokens.take();
  if (first === '(') {
    const inner = readAny(tokens, pattern);
    if (tokens.take() !== ')') throw invalidPattern(pattern);
    return inner;
  }
  const select = readSelector(first, pattern);
  const test = readTest(tokens, pattern);
  return (event) => test(select(event));
}

/** `$.a.b[0]`; undefined: it is not there. */
function readSelector(text: string, pattern: string): (event: unknown) => unknown {
  if (text.includes('*')) throw notImplemented(`the selector ${text} in the filter pattern ${pattern}`);
  if (!/^\$(?:\.[\w-]+|\[\d+\])+$/.test(text)) throw invalidPattern(pattern);
  const steps = [...text.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  return (event) =>
    steps.reduce<unknown>((at, step) => {
      if (typeof at !== 'object' || at === null || Array.isArray(at) !== (typeof step === 'number')) return undefined;
      return Object.hasOwn(at, step) ? (at as Record<string | number, unknown>)[step] : undefined;
    }, event);
}

function readTest(tokens: Tokens, pattern: string): (value: unknown) => boolean {
  const operator = tokens.take();
  if (/^IS$/i.test(operator)) {
    const wanted = { TRUE: true, FALSE: false, NULL: null }[tokens.take().toUpperCase()];
    if (wanted === undefined) throw invalidPattern(pattern);
    return (value) => value === wanted;
  }
  if (/^NOT$/i.test(operator) && /^EXISTS$/i.test(tokens.take())) return (value) => value === undefined;
  const operand = tokens.take();
  const compare = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
  if (compare !== undefined && NUMBER.test(operand)) {
    return (value) => typeof value === 'number' && compare(value, Number(operand));
  }
  if ((operator !== '=' && operator !== '!=') || /^[$()&|=!<>]/.test(operand)) throw invalidPattern(pattern);
  const equals = readOperand(operand, pattern);
  // What is there, but is no single value, is compared with nothing.
  return (value) => isScalar(value) && equals(value) === (operator === '=');
}

function readOperand(text: string, pattern: string): (value: string | number | boolean) => boolean {
  if (text.startsWith('%')) {
    const expression = regularExpression(text, pattern);
    return (value) => expression.test(String(value));
  }
  const wanted = text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text;
  if (text === wanted && NUMBER.test(text)) {
    return (value) => (typeof value === 'number' ? value === Number(text) : String(value) === text);
  }
  const parts = wanted.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const like = new RegExp(`^${parts.join('.*')}$`, 's');
  return (value) => like.test(String(value));
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function parsed(message: string): object | undefined {
  try {
    const event: unknown = JSON.parse(message);
    return typeof event === 'object' && event !== null ? event : undefined;
  } catch {
    return undefined;
  }
}

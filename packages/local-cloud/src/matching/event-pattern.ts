import { BlockList, isIP } from 'node:net';
import { AwsError, notImplemented } from '../core/aws-error.ts';

/** An event pattern of EventBridge, as event source mappings use it too: objects nest as the event does, lists hold what may match. */
type Pattern = { [key: string]: Pattern | Matcher[] };
type Matcher = string | number | boolean | null | Record<string, unknown>;

const OPERATORS = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'exists', 'cidr'];

/** Throws AwsError InvalidEventPatternException (or NotImplemented) for a pattern that could not be matched. */
export function checkPattern(pattern: string): void {
  checkNode(readPattern(pattern));
}

/** Does the event match? A list in the event matches where one of its members does. The pattern must have been checked. */
export function matchesPattern(pattern: string, event: unknown): boolean {
  return matchesNode(readPattern(pattern), event);
}

function readPattern(text: string): Pattern {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(`${text} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(`${text} is no JSON object`);
  return value as Pattern;
}

function checkNode(node: Pattern): void {
  for (const [key, value] of Object.entries(node)) {
    if (key === '$or') for (const choice of alternatives(value)) checkNode(choice);
    else if (Array.isArray(value)) for (const matcher of value) checkMatcher(key, matcher);
    else if (typeof value === 'object' && (value as unknown) !== null) checkNode(value);
    else throw invalid(`"${key}" must be an object or an array`);
  }
}

function alternatives(value: Pattern | Matcher[]): Pattern[] {
  if (!Array.isArray(value) || value.length < 2) throw invalid('"$or" must be an array of at least two patterns');
  return value as Pattern[];
}

function checkMatcher(key: string, matcher: Matcher): void {
  if (typeof matcher !== 'object' || matcher === null) return;
  const names = Object.keys(matcher);
  const unknown = names.find((name) => !OPERATORS.includes(name));
  if (unknown !== undefined) throw notImplemented(`the event pattern operator "${unknown}" (of "${key}")`);
  if (names.length !== 1) throw invalid(`a matcher of "${key}" must have exactly one operator`);
}

function matchesNode(node: Pattern, event: unknown): boolean {
  return Object.entries(node).every(([key, wanted]) => {
    if (key === '$or') return alternatives(wanted).some((choice) => matchesNode(choice, event));
    const value = memberOf(event, key);
    if (!Array.isArray(wanted)) {
      return Array.isArray(value) ? value.some((one) => matchesNode(wanted, one)) : matchesNode(wanted, value);
    }
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return wanted.some((matcher) => values.some((one) => matches(matcher, one)));
  });
}

function memberOf(event: unknown, key: string): unknown {
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, key)) return undefined;
  return (event as Record<string, unknown>)[key];
}

function matches(matcher: Matcher, value: unknown): boolean {
  if (typeof matcher !== 'object' || matcher === null) return value === matcher;
  const [[operator, operand] = ['', undefined]] = Object.entries(matcher);
  switch (operator) {
    case 'exists':
      // Only leaves exist: an object has no value of its own.
      return (value !== undefined && !(typeof value === 'object' && value !== null)) === operand;
    case 'anything-but':
      return value !== undefined && !alternativesOf(operand).some((one) => matches(one, value));
    case 'numeric':
      return typeof value === 'number' && inRange(value, operand);
    default:
      return typeof value === 'string' && matchesText(operator, operand, value);
  }
}

function alternativesOf(operand: unknown): Matcher[] {
  if (Array.isArray(operand)) return operand as Matcher[];
  if (typeof operand !== 'object' || operand === null) return [operand as Matcher];
  // `{ "prefix": ["a", "b"] }` excludes each of them.
  return Object.entries(operand).flatMap(([operator, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown) => ({ [operator]: one })),
  );
}

function matchesText(operator: string, operand: unknown, value: string): boolean {
  // `{ "prefix": { "equals-ignore-case": "a" } }`
  const ignoring = memberOf(operand, 'equals-ignore-case');
  const [wanted, found] =
    typeof ignoring === 'string'
      ? [folded(ignoring), folded(value)]
      : [typeof operand === 'string' ? operand : '', value];
  switch (operator) {
    case 'prefix':
      return found.startsWith(wanted);
    case 'suffix':
      return found.endsWith(wanted);
    case 'equals-ignore-case':
      return folded(value) === folded(wanted);
    case 'wildcard':
      return wildcard(wanted).test(value);
    case 'cidr':
      return inNetwork(wanted, value);
    default:
      return false;
  }
}

function folded(text: string): string {
  return text.toLowerCase();
}

/** `*` stands for any text; a backslash takes its meaning, and its own. */
function wildcard(pattern: string): RegExp {
  const parts = [...pattern.matchAll(/\\([\\*])|(\*)|([^*\\]+|\\)/g)];
  const source = parts.map(([, escaped, star, plain]) => (star === undefined ? literal(escaped ?? plain ?? '') : '.*'));
  return new RegExp(`^${source.join('')}$`, 's');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

const COMPARE: Readonly<Partial<Record<string, (value: number, bound: number) => boolean>>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0, "<=", 5]`. */
function inRange(value: number, operand: unknown): boolean {
  if (!Array.isArray(operand)) return false;
  const terms = operand as unknown[];
  for (let index = 0; index < terms.length; index += 2) {
    const bound = Number(terms[index + 1]);
    if (COMPARE[String(terms[index])]?.(value, bound) !== true) return false;
  }
  return true;
}

function inNetwork(network: string, address: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(base) !== family) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function invalid(why: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${why}.`);
}

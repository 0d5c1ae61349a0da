import type { Path } from './read-yaml.ts';
import { isFields } from './fields.ts';
import { TemplateError } from './template-error.ts';

/** What intrinsic functions look up. Each throws TemplateError for what it does not know. */
export type Scope = {
  /** A parameter, a pseudo parameter or a resource, for `Ref`. */
  ref: (name: string, path: Path) => unknown;
  attribute: (logicalId: string, name: string, path: Path) => unknown;
  mapping: (map: string, top: string, second: string, path: Path) => unknown;
  condition: (name: string, path: Path) => boolean;
  where: (path: Path) => string;
};

/** What `AWS::NoValue` is: whoever holds it drops the property. */
export const noValue = Symbol('AWS::NoValue');

const conditionFunctions = ['Fn::And', 'Fn::Equals', 'Fn::Not', 'Fn::Or', 'Condition'];
const notImplemented = [
  'Fn::Cidr',
  'Fn::ForEach',
  'Fn::GetAZs',
  'Fn::GetStackOutput',
  'Fn::ImportValue',
  'Fn::Length',
  'Fn::ToJsonString',
  'Fn::Transform',
];

/** The one function that an object calls, as in `{ Ref: 'X' }`; undefined for a plain value. */
export function functionCall(value: unknown): { name: string; argument: unknown } | undefined {
  if (!isFields(value)) return undefined;
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (name === undefined || others.length > 0) return undefined;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

/** The value with every intrinsic function done. Throws TemplateError, with its place, for what cannot be. */
export function resolve(value: unknown, scope: Scope, path: Path): unknown {
  const call = functionCall(value);
  if (call !== undefined) return callFunction(call.name, call.argument, scope, [...path, call.name]);
  if (Array.isArray(value)) {
    return value.map((one, index) => resolve(one, scope, [...path, index])).filter((one) => one !== noValue);
  }
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, one]) => [name, resolve(one, scope, [...path, name])] as const)
      .filter(([, one]) => one !== noValue),
  );
}

type Implementation = (argument: unknown, scope: Scope, path: Path) => unknown;

const functions: Readonly<Record<string, Implementation>> = {
  Ref: (argument, scope, path) => {
    if (typeof argument !== 'string') throw wrong(scope, path, 'every Ref object must have a single String value');
    return argument === 'AWS::NoValue' ? noValue : scope.ref(argument, path);
  },
  'Fn::GetAtt': (argument, scope, path) => {
    const [logicalId, name] = getAttArgument(argument, scope, path);
    const attribute = resolve(name, scope, [...path, 1]);
    if (typeof attribute !== 'string') throw wrong(scope, path, 'the attribute of Fn::GetAtt must be text');
    return scope.attribute(logicalId, attribute, path);
  },
  'Fn::Sub': (argument, scope, path) => {
    const { text, variables } = subArgument(argument, scope, path);
    return text.replace(placeholder, (whole, name: string) => {
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      if (Object.hasOwn(variables, name)) {
        return asText(resolve(variables[name], scope, [...path, 1, name]), `\${${name}} in Fn::Sub`, scope, path);
      }
      const dot = name.indexOf('.');
      const value = dot < 0 ? scope.ref(name, path) : scope.attribute(name.slice(0, dot), name.slice(dot + 1), path);
      return asText(value, `${whole} in Fn::Sub`, scope, path);
    });
  },
  'Fn::FindInMap': (argument, scope, path) => {
    if (!Array.isArray(argument) || argument.length !== 3) {
      throw wrong(scope, path, 'Fn::FindInMap takes three parameters: the map, a top-level key and a second-level key');
    }
    const [map, top, second] = argument.map((one, index) =>
      asText(resolve(one, scope, [...path, index]), 'a key of Fn::FindInMap', scope, path),
    );
    return scope.mapping(map ?? '', top ?? '', second ?? '', path);
  },
  'Fn::If': (argument, scope, path) => {
    const [condition, index] = chosen(argument, scope, path);
    return resolve(condition, scope, [...path, index]);
  },
  'Fn::Join': (argument, scope, path) => {
    const [delimiter, parts] = pair(argument, scope, path, 'Fn::Join takes a delimiter and a list');
    const list = resolve(parts, scope, [...path, 1]);
    if (typeof delimiter !== 'string' || !Array.isArray(list))
      throw wrong(scope, path, 'Fn::Join takes a delimiter and a list');
    return list.map((one) => asText(one, 'a member of Fn::Join', scope, path)).join(delimiter);
  },
  'Fn::Select': (argument, scope, path) => {
    const [first, second] = pair(argument, scope, path, 'Fn::Select takes an index and a list');
    const index = Number(resolve(first, scope, [...path, 0]));
    const list = resolve(second, scope, [...path, 1]);
    if (!Array.isArray(list) || !Number.isInteger(index))
      throw wrong(scope, path, 'Fn::Select takes an index and a list');
    if (index < 0 || index >= list.length)
      throw wrong(scope, path, `Fn::Select cannot select nonexistent value at index ${String(index)}`);
    return list[index] as unknown;
  },
  'Fn::Split': (argument, scope, path) => {
    const [delimiter, text] = pair(argument, scope, path, 'Fn::Split takes a delimiter and a text');
    const source = resolve(text, scope, [...path, 1]);
    if (typeof delimiter !== 'string' || typeof source !== 'string')
      throw wrong(scope, path, 'Fn::Split takes a delimiter and a text');
    return source.split(delimiter);
  },
  'Fn::Base64': (argument, scope, path) =>
    Buffer.from(asText(resolve(argument, scope, path), 'the argument of Fn::Base64', scope, path)).toString('base64'),
};

function callFunction(name: string, argument: unknown, scope: Scope, path: Path): unknown {
  const implementation = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (implementation !== undefined) return implementation(argument, scope, path);
  if (notImplemented.includes(name))
    throw new TemplateError(`${scope.where(path)}: the local cloud does not implement ${name}.`);
  if (conditionFunctions.includes(name)) {
    throw wrong(scope, path, `${name} can be used only in Conditions`);
  }
  throw wrong(
    scope,
    path,
    `encountered unsupported function: ${name} Supported functions are: [${Object.keys(functions).join(', ')}, ${conditionFunctions.join(', ')}]`,
  );
}

/** `${Name}`, `${Name.Attribute}` or `${!Literal}`. */
export const placeholder = /\$\{([^}]*)\}/g;

/** The text of `Fn::Sub`, and the variables of its long form. */
export function subArgument(
  argument: unknown,
  scope: Pick<Scope, 'where'>,
  path: Path,
): { text: string; variables: Record<string, unknown> } {
  if (typeof argument === 'string') return { text: argument, variables: {} };
  const [text, variables] = Array.isArray(argument) && argument.length === 2 ? (argument as unknown[]) : [];
  if (typeof text !== 'string' || !isFields(variables)) {
    throw wrong(scope, path, 'Fn::Sub takes a text, or a list of a text and its variables');
  }
  return { text, variables };
}

/** `[LogicalId, attribute]` of `Fn::GetAtt`, which may also be written as one text with a dot. */
export function getAttArgument(argument: unknown, scope: Pick<Scope, 'where'>, path: Path): [string, unknown] {
  const parts: unknown[] =
    typeof argument === 'string'
      ? [argument.split('.')[0], argument.split('.').slice(1).join('.')]
      : Array.isArray(argument)
        ? argument
        : [];
  const [logicalId, attribute] = parts;
  if (parts.length !== 2 || typeof logicalId !== 'string' || logicalId === '' || attribute === '') {
    throw wrong(
      scope,
      path,
      'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    );
  }
  return [logicalId, attribute];
}

/** The branch that `Fn::If` takes, and its index in the argument. */
export function chosen(argument: unknown, scope: Pick<Scope, 'where' | 'condition'>, path: Path): [unknown, 1 | 2] {
  if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string') {
    throw wrong(scope, path, 'Fn::If takes the name of a condition and two values');
  }
  const index = scope.condition(argument[0], path) ? 1 : 2;
  return [argument[index] as unknown, index];
}

function pair(argument: unknown, scope: Scope, path: Path, message: string): [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) throw wrong(scope, path, message);
  return [argument[0] as unknown, argument[1] as unknown];
}

function asText(value: unknown, what: string, scope: Scope, path: Path): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(scope, path, `${what} must be text, not ${Array.isArray(value) ? 'a list' : typeof value}`);
}

function wrong(scope: Pick<Scope, 'where'>, path: Path, message: string): TemplateError {
  return new TemplateError(`${scope.where(path)}: Template error: ${message}.`);
}

import { functionCall, placeholder, resolve, type Scope } from '../intrinsics.ts';
import type { Path } from '../read-yaml.ts';
import type { Template } from '../template.ts';
import { isFields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

type Resolver = (value: unknown, path: Path) => unknown;

/**
 * What SAM's transform works out itself, before anything is deployed: references to parameters, the region and the partition, within
 * `Fn::Sub` too. Whatever else a value says stays as it is written.
 */
export function parameterResolver({ parameters }: Template, scope: Scope): Resolver {
  const isKnown = (name: string): boolean =>
    Object.hasOwn(parameters, name) || name === 'AWS::Region' || name === 'AWS::Partition';

  const withParameters: Resolver = (value, path) => {
    const call = functionCall(value);
    if (call?.name === 'Ref' && typeof call.argument === 'string' && isKnown(call.argument)) {
      return resolve(value, scope, path);
    }
    if (call?.name === 'Fn::Sub') return { 'Fn::Sub': substituted(call.argument, path) };
    if (Array.isArray(value)) return value.map((one, index) => withParameters(one, [...path, index]));
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withParameters(one, [...path, name])]));
  };

  const substituted = (argument: unknown, path: Path): unknown => {
    const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument];
    if (typeof text !== 'string') return argument;
    const own = isFields(variables) ? variables : {};
    const done = text.replace(placeholder, (whole, name: string) => {
      const value = isKnown(name) && !Object.hasOwn(own, name) ? scope.ref(name, path) : undefined;
      return typeof value === 'string' ? value : whole;
    });
    return variables === undefined ? done : [done, withParameters(variables, [...path, 1])];
  };
  return withParameters;
}

/** The same, and `Fn::FindInMap` besides, which SAM does in few places; one that finds nothing stays as it is written. */
export function mappingResolver({ mappings, where }: Template, withParameters: Resolver): Resolver {
  const found: Resolver = (value, path) => {
    if (Array.isArray(value)) return value.map((one, index) => found(one, [...path, index]));
    if (!isFields(value)) return value;
    const inner = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, found(one, [...path, name])]));
    const call = functionCall(inner);
    if (call?.name !== 'Fn::FindInMap') return inner;
    if (!Array.isArray(call.argument) || call.argument.length !== 3) {
      throw new TemplateError(
        `${where(path)}: Invalid FindInMap value ${JSON.stringify(call.argument)}. FindInMap expects an array with 3 values.`,
      );
    }
    const at = call.argument.reduce<unknown>(
      (map, key) => (isFields(map) && typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined),
      mappings,
    );
    return at === undefined ? inner : at;
  };
  return (value, path) => found(withParameters(value, path), path);
}

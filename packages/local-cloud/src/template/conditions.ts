import { resolve, type Scope } from './intrinsics.ts';
import type { Path } from './read-yaml.ts';
import type { Template } from './template.ts';
import { isFields } from './fields.ts';
import { TemplateError } from './template-error.ts';

/**
 * Whether a named condition holds; each is worked out once, when it is first asked for. `values` is the scope for what conditions
 * compare: parameters, mappings and pseudo parameters, no resources.
 */
export function createConditions(
  template: Pick<Template, 'conditions' | 'where'>,
  values: Omit<Scope, 'condition'>,
): (name: string, path: Path) => boolean {
  const known = new Map<string, boolean | 'being worked out'>();
  const scope: Scope = { ...values, condition: holds };

  function holds(name: string, path: Path): boolean {
    const already = known.get(name);
    if (typeof already === 'boolean') return already;
    if (already !== undefined) throw at(path, `Circular dependency between conditions: ${name} depends on itself`);
    if (!Object.hasOwn(template.conditions, name)) {
      throw at(path, `Template format error: Unresolved condition dependency ${name}: Conditions has no such name`);
    }
    known.set(name, 'being worked out');
    const value = evaluate(template.conditions[name], ['Conditions', name]);
    known.set(name, value);
    return value;
  }

  function evaluate(expression: unknown, path: Path): boolean {
    const [name, argument] = isFields(expression) ? (Object.entries(expression)[0] ?? []) : [];
    const inner = [...path, name ?? ''];
    const list = Array.isArray(argument) ? (argument as unknown[]) : [];
    switch (name) {
      case 'Condition':
        if (typeof argument !== 'string') throw at(inner, 'Template error: Condition takes the name of a condition');
        return holds(argument, inner);
      case 'Fn::Equals': {
        if (list.length !== 2) throw at(inner, 'Template error: Fn::Equals takes a list of two values');
        const [left, right] = list.map((one, index) => text(resolve(one, scope, [...inner, index])));
        return left === right;
      }
      case 'Fn::Not':
        if (list.length !== 1) throw at(inner, 'Template error: Fn::Not takes a list of one condition');
        return !evaluate(list[0], [...inner, 0]);
      case 'Fn::And':
      case 'Fn::Or': {
        if (list.length < 2 || list.length > 10)
          throw at(inner, `Template error: ${name} takes a list of 2 to 10 conditions`);
        const all = list.map((one, index) => evaluate(one, [...inner, index]));
        return name === 'Fn::And' ? all.every(Boolean) : all.some(Boolean);
      }
      case undefined:
      default:
        throw at(path, 'Template error: a condition is one of Condition, Fn::And, Fn::Equals, Fn::Not, Fn::Or');
    }
  }

  function text(value: unknown): string {
    // CloudFormation compares as text: "true" and true are the same.
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  function at(path: Path, message: string): TemplateError {
    return new TemplateError(`${template.where(path)}: ${message}.`);
  }

  return holds;
}

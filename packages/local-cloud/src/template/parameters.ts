import type { Template } from './template.ts';
import type { Fields } from './fields.ts';
import { TemplateError } from './template-error.ts';
import { isUnknown } from './unknown.ts';

export type ParameterValue = string | readonly string[];

const attributes = [
  'Type',
  'Default',
  'AllowedValues',
  'AllowedPattern',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'NoEcho',
  'Description',
  'ConstraintDescription',
];
const types = ['String', 'Number', 'List<Number>', 'CommaDelimitedList'];

/**
 * The value of each parameter: what was given, else its default. Throws TemplateError that names every missing, unknown or refused
 * one at once.
 */
export function parameterValues(
  template: Template,
  given: Readonly<Record<string, string>>,
): Record<string, ParameterValue> {
  const problems: string[] = [];
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(template.parameters, name));
  if (unknown.length > 0) problems.push(`Parameters: [${unknown.join(', ')}] do not exist in the template.`);
  const missing: string[] = [];
  const values: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries(template.parameters)) {
    const at = template.where(['Parameters', name]);
    const malformed = malformation(name, parameter);
    if (malformed !== undefined) {
      problems.push(`${at}: ${malformed}`);
      continue;
    }
    const text = Object.hasOwn(given, name) ? given[name] : asText(parameter['Default']);
    if (text === undefined) {
      missing.push(name);
      continue;
    }
    // A nested stack's parameter may depend on a resource of its parent that does not exist yet.
    const violation = isUnknown(text) ? undefined : violated(name, parameter, text);
    if (violation !== undefined) problems.push(`${at}: ${violation}`);
    values[name] = isList(parameter) ? text.split(',').map((part) => part.trim()) : text;
  }
  if (missing.length > 0) problems.push(`Parameters: [${missing.join(', ')}] must have values.`);
  if (problems.length > 0) throw new TemplateError(problems.join('\n'));
  return values;
}

function isList(parameter: Fields): boolean {
  return parameter['Type'] === 'CommaDelimitedList' || parameter['Type'] === 'List<Number>';
}

function malformation(name: string, parameter: Fields): string | undefined {
  for (const attribute of Object.keys(parameter)) {
    if (!attributes.includes(attribute))
      return `Template format error: Invalid template parameter property '${attribute}' (${name}).`;
  }
  const type = parameter['Type'];
  if (typeof type !== 'string') return `Template format error: Parameter ${name} needs a Type.`;
  if (!types.includes(type)) return `Parameter ${name}: the local cloud does not implement the parameter type ${type}.`;
  return undefined;
}

/** A default may be written as a number or a boolean; a parameter's value is text. */
function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function violated(name: string, parameter: Fields, text: string): string | undefined {
  const because = (rule: string): string => {
    const own = parameter['ConstraintDescription'];
    return typeof own === 'string'
      ? `Parameter '${name}' failed to satisfy constraint: ${own} (it is ${JSON.stringify(text)}).`
      : `Parameter '${name}' must ${rule}; it is ${JSON.stringify(text)}.`;
  };
  const parts = isList(parameter) ? text.split(',').map((part) => part.trim()) : [text];
  const numeric = parameter['Type'] === 'Number' || parameter['Type'] === 'List<Number>';
  const allowed = parameter['AllowedValues'];
  const pattern = parameter['AllowedPattern'];
  const bound = (attribute: string): number | undefined => {
    const value = parameter[attribute];
    return value === undefined ? undefined : Number(value);
  };
  for (const part of parts) {
    if (numeric && (part === '' || Number.isNaN(Number(part)))) return because('be a number');
    if (Array.isArray(allowed) && !allowed.map(asText).includes(part)) {
      return because(`be one of AllowedValues (${allowed.map(asText).join(', ')})`);
    }
    // CloudFormation's pattern must match the whole value.
    if (typeof pattern === 'string' && !new RegExp(`^(?:${pattern})$`, 'u').test(part))
      return because(`match pattern ${pattern}`);
    const [minLength, maxLength, minValue, maxValue] = ['MinLength', 'MaxLength', 'MinValue', 'MaxValue'].map(bound);
    if (minLength !== undefined && part.length < minLength)
      return because(`contain at least ${String(minLength)} characters`);
    if (maxLength !== undefined && part.length > maxLength)
      return because(`contain at most ${String(maxLength)} characters`);
    if (minValue !== undefined && Number(part) < minValue)
      return because(`be a number not less than ${String(minValue)}`);
    if (maxValue !== undefined && Number(part) > maxValue)
      return because(`be a number not greater than ${String(maxValue)}`);
  }
  return undefined;
}

import { resolve, type Scope } from '../template/intrinsics.ts';
import type { ParameterValue } from '../template/parameters.ts';
import type { Template } from '../template/template.ts';
import type { StackRecord } from './stack-state.ts';

/** Throws TemplateError where one mentions what is not there. */
export function outputsOf(template: Template, scope: Scope): StackRecord['outputs'] {
  return Object.entries(template.outputs)
    .filter(([name, { Condition: when }]) => when === undefined || scope.condition(when, ['Outputs', name]))
    .map(([key, { Value: value, Description: description }]) => ({
      key,
      value: asText(resolve(value, scope, ['Outputs', key, 'Value'])),
      ...(description !== undefined && { description }),
    }));
}

export function valuesOf(outputs: StackRecord['outputs']): Record<string, string> {
  return Object.fromEntries(outputs.map(({ key, value }) => [key, value]));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Parameters as a stack tells them: those with `NoEcho` masked. */
export function shownParameters(
  template: Template,
  parameters: Readonly<Record<string, ParameterValue>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const hidden = [true, 'true'].includes(template.parameters[name]?.['NoEcho'] as boolean | string);
      return [name, hidden ? '****' : [value].flat().join(',')];
    }),
  );
}

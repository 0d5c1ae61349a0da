import { functionCall, placeholder } from '../intrinsics.ts';
import type { ResourceDefinition, Template } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';

/**
 * The template with every mention of a renamed resource under its new name: `!Ref Fn.Alias`, `!GetAtt Fn.Version.Version`,
 * `${Fn.Version}`, and layers, whose logical id has a hash.
 */
export function renameReferences(template: Template, renamed: Readonly<Record<string, string>>): Template {
  const rename = (value: unknown): unknown => renameIn(value, renamed);
  return {
    ...template,
    resources: Object.fromEntries(
      Object.entries(template.resources).map(([id, resource]): [string, ResourceDefinition] => [
        id,
        {
          ...resource,
          // A property that is a built artifact holds no references.
          Properties: rename(resource.Properties) as Fields,
          ...(resource.UpdatePolicy && { UpdatePolicy: rename(resource.UpdatePolicy) as Fields }),
          DependsOn: resource.DependsOn.map((name) => renamed[name] ?? name),
        },
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(template.outputs).map(([name, output]) => [name, { ...output, Value: rename(output.Value) }]),
    ),
  };
}

function renameIn(value: unknown, renamed: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((one) => renameIn(one, renamed));
  if (!isFields(value)) return value;
  const call = functionCall(value);
  if (call?.name === 'Ref' && typeof call.argument === 'string') return { Ref: newName(call.argument, renamed) };
  if (call?.name === 'Fn::GetAtt') {
    const dotted = Array.isArray(call.argument) ? call.argument.map((part) => renameIn(part, renamed)) : call.argument;
    return { 'Fn::GetAtt': newAttribute(dotted, renamed) };
  }
  if (call?.name === 'Fn::Sub') {
    const [text, variables] = Array.isArray(call.argument) ? (call.argument as unknown[]) : [call.argument];
    const own = isFields(variables) ? variables : {};
    const done =
      typeof text === 'string'
        ? text.replace(placeholder, (whole, name: string) =>
            name.startsWith('!') || Object.hasOwn(own, name) ? whole : `\${${newDotted(name, renamed)}}`,
          )
        : text;
    return { 'Fn::Sub': variables === undefined ? done : [done, renameIn(variables, renamed)] };
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renameIn(one, renamed)]));
}

function newName(name: string, renamed: Readonly<Record<string, string>>): string {
  return Object.hasOwn(renamed, name) ? (renamed[name] ?? name) : name;
}

/** `Fn.Version.Version` is attribute `Version` of the resource `Fn.Version`; `Layer.X` is attribute `X` of `Layer`. */
function newDotted(dotted: string, renamed: Readonly<Record<string, string>>): string {
  const whole = newName(dotted, renamed);
  if (whole !== dotted) return whole;
  const dot = dotted.lastIndexOf('.');
  if (dot < 0) return dotted;
  return `${newName(dotted.slice(0, dot), renamed)}${dotted.slice(dot)}`;
}

function newAttribute(argument: unknown, renamed: Readonly<Record<string, string>>): unknown {
  if (!Array.isArray(argument) || !argument.every((part) => typeof part === 'string')) return argument;
  const dotted = newDotted(argument.join('.'), renamed);
  const dot = dotted.indexOf('.');
  return [dotted.slice(0, dot), dotted.slice(dot + 1)];
}

import { functionCall } from '../intrinsics.ts';
import type { Template } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

/** What SAM does not take in `Globals.Function`. */
const neverGlobal = [
  'Role',
  'Policies',
  'FunctionName',
  'Events',
  'InlineCode',
  'ImageUri',
  'ImageConfig',
  'PackageType',
  'AutoPublishCodeSha256',
  'VersionDescription',
];

/** The properties of a serverless function with the globals beneath. Throws TemplateError for globals of other kinds. */
export function withGlobals(template: Template, properties: Fields): Fields {
  const { Function: global, ...others } = template.globals;
  for (const kind of Object.keys(others)) {
    throw new TemplateError(
      `${template.where(['Globals', kind])}: the local cloud does not implement Globals of ${kind}, only of Function.`,
    );
  }
  if (global === undefined) return properties;
  if (!isFields(global)) {
    throw new TemplateError(`${template.where(['Globals', 'Function'])}: Globals.Function must be an object.`);
  }
  for (const name of neverGlobal) {
    if (name in global) {
      throw new TemplateError(
        `${template.where(['Globals', 'Function', name])}: '${name}' is not a supported property of 'Function' in Globals.`,
      );
    }
  }
  const merged = merge(global, properties) as Fields;
  // The one list that a function's own replaces.
  return 'Architectures' in properties ? { ...merged, Architectures: properties['Architectures'] } : merged;
}

/** As SAM merges: objects member by member, lists one after the other, everything else (a function call too) by the local value. */
function merge(global: unknown, local: unknown): unknown {
  if (Array.isArray(global) && Array.isArray(local)) return [...(global as unknown[]), ...(local as unknown[])];
  if (!isObject(global) || !isObject(local)) return local;
  const names = new Set([...Object.keys(global), ...Object.keys(local)]);
  return Object.fromEntries(
    [...names].map((name) => {
      if (!Object.hasOwn(local, name)) return [name, global[name]];
      return [name, Object.hasOwn(global, name) ? merge(global[name], local[name]) : local[name]];
    }),
  );
}

function isObject(value: unknown): value is Fields {
  return isFields(value) && functionCall(value) === undefined;
}

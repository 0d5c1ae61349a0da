import type { z } from 'zod';
import { resolve, type Scope } from '../template/intrinsics.ts';
import { references, type Ordered } from '../template/references.ts';
import type { Template } from '../template/template.ts';
import { TemplateError } from '../template/template-error.ts';
import { isUnknown, unknown } from '../template/unknown.ts';
import { propertyProblems, UnsupportedTemplateError } from './properties.ts';
import type { Provider } from './provider.ts';

export type Providers = ReadonlyMap<string, Provider>;

/**
 * Refuses, before anything is made, whatever the providers will not take: unknown resource types and properties, and wrong values as far
 * as they do not depend on other resources. Throws UnsupportedTemplateError that names all of it at once.
 */
export function checkProperties(template: Template, ordered: Ordered, providers: Providers, scope: Scope): void {
  const beforeAnythingIsMade: Scope = {
    ...scope,
    ref: (name, path) => (Object.hasOwn(template.resources, name) ? unknown : scope.ref(name, path)),
    attribute: () => unknown,
  };
  const problems: string[] = [];
  for (const { logicalId, needs } of ordered) {
    const resource = template.resources[logicalId];
    if (resource === undefined) continue;
    const path = ['Resources', logicalId];
    const provider = providers.get(resource.Type);
    if (provider === undefined) {
      problems.push(
        `${template.where([...path, 'Type'])}: ${logicalId}: the local cloud does not implement ${resource.Type}.`,
      );
      continue;
    }
    let properties: unknown;
    try {
      properties = resolve(resource.Properties, beforeAnythingIsMade, [...path, 'Properties']);
    } catch (error) {
      // A function of what is not known yet (the third part of an ARN) cannot be done yet; everything else is the template's fault.
      const isOwnFault = needs.size === 0 && !mentionsUnknown(template, resource.Properties, scope);
      if (error instanceof TemplateError && isOwnFault) problems.push(error.message);
      continue;
    }
    const known = (issue: z.core.$ZodIssue): boolean =>
      issue.code === 'unrecognized_keys' || !isUnknown(valueAt(properties, issue.path));
    problems.push(
      ...propertyProblems(provider, { logicalId, type: resource.Type, properties }, known).map(
        (line) => `${template.where(placeOf(line))}: ${line}`,
      ),
    );
  }
  if (problems.length > 0) throw new UnsupportedTemplateError(problems.join('\n'));
}

/** Of a nested stack: does a value depend on a parameter that its parent does not know yet? */
function mentionsUnknown(template: Template, value: unknown, scope: Scope): boolean {
  return references(value, [], template, { kind: 'all' }).some(
    ({ name, path }) => !Object.hasOwn(template.resources, name) && isUnknown(scope.ref(name, path)),
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

/** `Queue.Properties.RedrivePolicy.x: …` is at Resources, Queue, Properties, RedrivePolicy, x. */
function placeOf(line: string): (string | number)[] {
  const path = (line.split(':')[0] ?? '').split('.');
  return ['Resources', ...path.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
}

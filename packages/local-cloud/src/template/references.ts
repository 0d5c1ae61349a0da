import { chosen, functionCall, getAttArgument, placeholder, subArgument, type Scope } from './intrinsics.ts';
import type { Path } from './read-yaml.ts';
import type { ResourceDefinition, Template } from './template.ts';
import { isFields } from './fields.ts';
import { TemplateError } from './template-error.ts';

/** One mention of a parameter or resource. */
export type Reference = { name: string; attribute?: unknown; path: Path };

/** `taken`: only the branches that `Fn::If` takes. `all`: both, for checking what is written. */
type Branches = { kind: 'taken'; scope: Scope } | { kind: 'all' };

/** Every parameter and resource that a value mentions. */
export function references(value: unknown, path: Path, scope: Pick<Scope, 'where'>, branches: Branches): Reference[] {
  const call = functionCall(value);
  if (call === undefined) {
    if (Array.isArray(value)) return value.flatMap((one, index) => references(one, [...path, index], scope, branches));
    if (!isFields(value)) return [];
    return Object.entries(value).flatMap(([name, one]) => references(one, [...path, name], scope, branches));
  }
  const { name, argument } = call;
  const inner = [...path, name];
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' && argument !== 'AWS::NoValue' ? [{ name: argument, path: inner }] : [];
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = getAttArgument(argument, scope, inner);
      return [{ name: logicalId, attribute, path: inner }, ...references(attribute, [...inner, 1], scope, branches)];
    }
    case 'Fn::Sub': {
      const { text, variables } = subArgument(argument, scope, inner);
      const named = [...text.matchAll(placeholder)].map(([, found]) => found ?? '');
      return [
        ...named
          .filter((one) => !one.startsWith('!') && !Object.hasOwn(variables, one))
          .map((one) => {
            const dot = one.indexOf('.');
            return dot < 0
              ? { name: one, path: inner }
              : { name: one.slice(0, dot), attribute: one.slice(dot + 1), path: inner };
          }),
        ...references(variables, [...inner, 1], scope, branches),
      ];
    }
    case 'Fn::If': {
      if (branches.kind === 'all' || !Array.isArray(argument)) return references(argument, inner, scope, branches);
      const [taken, index] = chosen(argument, branches.scope, inner);
      return references(taken, [...inner, index], scope, branches);
    }
    default:
      return references(argument, inner, scope, branches);
  }
}

/** The attributes of a resource in which it may mention others. */
export function mentions({
  Properties: properties,
  UpdatePolicy: updatePolicy,
}: ResourceDefinition): [string, unknown][] {
  return [
    ['Properties', properties],
    ['UpdatePolicy', updatePolicy ?? {}],
  ];
}

/** The resources of a template whose condition holds, in an order in which each comes after all that it needs. */
export type Ordered = { logicalId: string; needs: ReadonlySet<string> }[];

/** Throws TemplateError for a circle, a reference to nothing, or to a resource whose condition is false. */
export function inOrder(template: Pick<Template, 'resources' | 'where'>, scope: Scope): Ordered {
  const live = new Map(
    Object.entries(template.resources).filter(
      ([logicalId, { Condition: condition }]) =>
        condition === undefined || scope.condition(condition, ['Resources', logicalId, 'Condition']),
    ),
  );
  const needs = new Map<string, Set<string>>();
  for (const [logicalId, resource] of live) {
    const { DependsOn: dependsOn } = resource;
    const mentioned = mentions(resource)
      .flatMap(([attribute, value]) =>
        references(value, ['Resources', logicalId, attribute], scope, { kind: 'taken', scope }),
      )
      .map(({ name }) => name)
      .filter((name) => live.has(name));
    // A DependsOn of a resource whose condition is false is no dependency, as in CloudFormation.
    needs.set(logicalId, new Set([...mentioned, ...dependsOn.filter((name) => live.has(name))]));
  }
  const ordered: Ordered = [];
  const left = new Map(needs);
  while (left.size > 0) {
    const ready = [...left].filter(([, of]) => [...of].every((name) => !left.has(name)));
    if (ready.length === 0) throw circle(template, left);
    for (const [logicalId, of] of ready) ordered.push({ logicalId, needs: of });
    for (const [logicalId] of ready) left.delete(logicalId);
  }
  return ordered;
}

function circle({ where }: Pick<Template, 'where'>, left: ReadonlyMap<string, ReadonlySet<string>>): TemplateError {
  // Whoever follows needs long enough among those that are left walks in the circle.
  const walked: string[] = [];
  let at = [...left.keys()][0] ?? '';
  while (!walked.includes(at)) {
    walked.push(at);
    at = [...(left.get(at) ?? [])].find((name) => left.has(name)) ?? at;
  }
  const round = walked.slice(walked.indexOf(at));
  return new TemplateError(
    `${where(['Resources', at])}: Circular dependency between resources: [${round.join(', ')}] (${[...round, at].join(' -> ')}).`,
  );
}

/** Throws TemplateError that names every reference to something that the template does not have, wherever it stands. */
export function checkReferences(
  template: Pick<Template, 'resources' | 'outputs' | 'parameters' | 'conditions' | 'where'>,
): void {
  const problems: string[] = [];
  const note = (path: Path, message: string): void => void problems.push(`${template.where(path)}: ${message}`);
  const condition = (name: string | undefined, path: Path): void => {
    if (name !== undefined && !Object.hasOwn(template.conditions, name)) {
      note(path, `Template format error: Unresolved condition dependency ${name}: Conditions has no such name.`);
    }
  };
  const mentioned = (value: unknown, path: Path, block: string): void => {
    for (const { name, attribute, path: at } of references(value, path, template, { kind: 'all' })) {
      const isResource = Object.hasOwn(template.resources, name);
      if (attribute !== undefined && !isResource) {
        note(at, `Template error: instance of Fn::GetAtt references undefined resource ${name}.`);
      } else if (!isResource && !Object.hasOwn(template.parameters, name) && !name.startsWith('AWS::')) {
        note(
          at,
          `Template format error: Unresolved resource dependencies [${name}] in the ${block} block of the template.`,
        );
      }
    }
  };
  for (const [logicalId, resource] of Object.entries(template.resources)) {
    const path = ['Resources', logicalId];
    condition(resource.Condition, [...path, 'Condition']);
    for (const name of resource.DependsOn) {
      if (!Object.hasOwn(template.resources, name)) {
        note(
          [...path, 'DependsOn'],
          `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template.`,
        );
      }
    }
    for (const [attribute, value] of mentions(resource)) mentioned(value, [...path, attribute], 'Resources');
  }
  for (const [name, output] of Object.entries(template.outputs)) {
    condition(output.Condition, ['Outputs', name, 'Condition']);
    mentioned(output.Value, ['Outputs', name, 'Value'], 'Outputs');
  }
  if (problems.length > 0) throw new TemplateError(problems.join('\n'));
}

import type { Artifact } from '../../builder/artifact.ts';
import { loadBuiltTemplate } from '../../template/load.ts';
import { givenParameters } from '../../template/nested.ts';
import { checkReferences, inOrder, references, type Ordered } from '../../template/references.ts';
import { createScope, type Deployment } from '../../template/scope.ts';
import type { Scope } from '../../template/intrinsics.ts';
import type { Template } from '../../template/template.ts';
import { TemplateError } from '../../template/template-error.ts';
import { isUnknown, unknown } from '../../template/unknown.ts';
import { checkProperties, type Providers } from '../check.ts';

type Checked = {
  template: Template;
  ordered: Ordered;
  providers: Providers;
  scope: Scope;
  place: Omit<Deployment, 'parameters'>;
};

/**
 * Checks the nested stacks of a template, and the outputs that it takes from them, as far as their parameters are known before anything
 * exists. CloudFormation finds these mistakes only in the middle of a deployment. Gives the types of all resources that are to exist.
 * Throws TemplateError and UnsupportedTemplateError.
 */
export function checkNestedStacks(checked: Checked): Set<string> {
  const { template, ordered } = checked;
  const outputs = new Map<string, readonly string[]>();
  const types = new Set(ordered.map(({ logicalId }) => template.resources[logicalId]?.Type ?? ''));
  for (const { logicalId } of ordered) {
    const resource = template.resources[logicalId];
    if (resource?.Type !== 'AWS::CloudFormation::Stack') continue;
    const nested = checkNested(logicalId, resource.Properties['TemplateURL'] as Artifact, checked);
    outputs.set(logicalId, nested.outputs);
    for (const type of nested.types) types.add(type);
  }
  checkOutputs(template, ordered, outputs);
  return types;
}

/** Gives the names of its outputs, and the types of its resources. */
function checkNested(
  logicalId: string,
  built: Artifact,
  { template: above, scope: scopeAbove, providers, place: { region, accountId } }: Checked,
): { outputs: readonly string[]; types: ReadonlySet<string> } {
  const place = { stackName: unknown, stackId: unknown, region, accountId };
  const resource = above.resources[logicalId];
  const given = resource === undefined ? {} : givenParameters(logicalId, resource, above, scopeAbove);
  const { template, parameters } = loadBuiltTemplate(built, given, place);
  checkReferences(template);
  const outputs = Object.keys(template.outputs);
  // With conditions that are not known yet, neither is which resources there will be.
  if (!isDecided(template, parameters)) return { outputs, types: new Set() };
  const scope = createScope(template, { ...place, parameters });
  const ordered = inOrder(template, scope);
  checkProperties(template, ordered, providers, scope);
  return { outputs, types: checkNestedStacks({ template, ordered, providers, scope, place }) };
}

function isDecided(template: Template, parameters: Deployment['parameters']): boolean {
  return references(template.conditions, ['Conditions'], template, { kind: 'all' }).every(
    ({ name }) => !isUnknown(parameters[name]),
  );
}

/** Throws TemplateError for each output of a nested stack that it does not have. */
function checkOutputs(template: Template, ordered: Ordered, outputs: ReadonlyMap<string, readonly string[]>): void {
  const sections = [
    ...ordered.map(({ logicalId }) => ['Resources', logicalId, 'Properties'] as const),
    ...Object.keys(template.outputs).map((name) => ['Outputs', name, 'Value'] as const),
  ];
  const problems = sections.flatMap((path) => {
    const [section, name] = path;
    const value = section === 'Resources' ? template.resources[name]?.Properties : template.outputs[name]?.Value;
    return references(value, path, template, { kind: 'all' }).flatMap(({ name: logicalId, attribute, path: at }) => {
      const known = outputs.get(logicalId);
      if (known === undefined || typeof attribute !== 'string') return [];
      if (known.some((output) => attribute === `Outputs.${output}`)) return [];
      const has = known.map((output) => `Outputs.${output}`).join(', ');
      return `${template.where(at)}: Template error: the nested stack ${logicalId} has no ${attribute}; it has ${has === '' ? 'no outputs' : has}.`;
    });
  });
  if (problems.length > 0) throw new TemplateError(problems.join('\n'));
}

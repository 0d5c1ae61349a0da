import type { Artifact } from '../../src/builder/artifact.ts';
import { resolve } from '../../src/template/intrinsics.ts';
import { parameterValues } from '../../src/template/parameters.ts';
import { expandServerless } from '../../src/template/sam/expand.ts';
import { createScope, type Deployment, type ResourceLookup } from '../../src/template/scope.ts';
import { readTemplate, type Template } from '../../src/template/template.ts';

const place: Omit<Deployment, 'parameters'> = {
  stackName: 'shop',
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/shop/1',
  region: 'us-east-1',
  accountId: '000000000000',
};

/** A template whose only resource has these properties (as YAML), with more sections before it. */
export function templateOf(properties: string, sections = ''): Template {
  const indented = properties.replaceAll('\n', '\n      ');
  const text = `${sections}\nResources:\n  Thing:\n    Type: Test::Thing\n    Properties:\n      ${indented}\n`;
  return readTemplate(text, 'template.yaml');
}

/** The properties of `Thing`, resolved. */
export function resolved(
  properties: string,
  sections = '',
  { parameters = {}, lookUp }: { parameters?: Record<string, string>; lookUp?: ResourceLookup } = {},
): unknown {
  const template = templateOf(properties, sections);
  const scope = createScope(template, { ...place, parameters: parameterValues(template, parameters) }, lookUp);
  return resolve(template.resources['Thing']?.Properties, scope, ['Resources', 'Thing', 'Properties']);
}

/** A SAM template, expanded; every function and layer built to something of the given hash. */
export function expanded(
  resources: string,
  {
    sections = '',
    parameters = {},
    sha256 = 'ab'.repeat(32),
  }: { sections?: string; parameters?: Record<string, string>; sha256?: string } = {},
): Template {
  const template = readTemplate(
    `Transform: AWS::Serverless-2016-10-31\n${sections}\nResources:\n  ${resources.replaceAll('\n', '\n  ')}`,
    'template.yaml',
  );
  const artifacts = new Map<string, Artifact>(
    Object.entries(template.resources)
      .filter(([, { Type: type }]) => type.startsWith('AWS::Serverless::'))
      .map(([id]) => [id, { Folder: `/built/${id}`, Sha256: sha256 }]),
  );
  const values = parameterValues(template, parameters);
  return expandServerless(template, artifacts, createScope(template, { ...place, parameters: values }));
}

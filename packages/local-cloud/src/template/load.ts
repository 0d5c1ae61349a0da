import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Artifact } from '../builder/artifact.ts';
import { build, type BuildOptions } from '../builder/build.ts';
import { readBuiltTemplate } from './built-template.ts';
import { buildNestedTemplates } from './nested.ts';
import { parameterValues, type ParameterValue } from './parameters.ts';
import { expandServerless } from './sam/expand.ts';
import { createScope, type Deployment } from './scope.ts';
import { readTemplate, type Template } from './template.ts';
import { TemplateError } from './template-error.ts';

/** A template that is ready to be deployed: its code built, its serverless resources expanded. */
export type LoadedTemplate = { template: Template; parameters: Record<string, ParameterValue> };

/** Where a template is deployed. */
export type Place = Omit<Deployment, 'parameters'>;

/**
 * Reads, builds and expands a template file with its nested templates. Throws TemplateError and BuildError, whose messages say what to
 * mend and where.
 */
export async function loadTemplate(
  file: string,
  given: Readonly<Record<string, string>>,
  place: Place,
  { folder, memory }: Pick<BuildOptions, 'folder' | 'memory'>,
): Promise<LoadedTemplate> {
  const path = resolve(file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TemplateError(`The template ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const template = readTemplate(text, file);
  const parameters = parameterValues(template, given);
  const scope = createScope(template, { ...place, parameters });
  const options: BuildOptions = { root: dirname(path), folder: resolve(folder), ...(memory && { memory }) };
  const [artifacts, nested] = await Promise.all([
    build(template, scope, options),
    buildNestedTemplates({ template, scope, place }, options),
  ]);
  return expand(template, new Map([...artifacts, ...nested]), parameters, place);
}

/** Expands what `buildNestedTemplates` built, for the parameters that its parent gives. Throws TemplateError. */
export function loadBuiltTemplate(
  built: Artifact,
  given: Readonly<Record<string, string>>,
  place: Place,
): LoadedTemplate {
  const { file, text, artifacts } = readBuiltTemplate(built);
  const template = readTemplate(text, file);
  return expand(template, new Map(Object.entries(artifacts)), parameterValues(template, given), place);
}

function expand(
  template: Template,
  artifacts: ReadonlyMap<string, Artifact>,
  parameters: Record<string, ParameterValue>,
  place: Place,
): LoadedTemplate {
  const scope = createScope(template, { ...place, parameters });
  return { template: expandServerless(template, artifacts, scope), parameters };
}

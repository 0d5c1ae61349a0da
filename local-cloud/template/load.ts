import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { build } from '../build/build.ts';
import type { BuildMemory } from '../build/memory.ts';
import { parameterValues, type ParameterValue } from './parameters.ts';
import { expandServerless } from './sam/expand.ts';
import { createScope, type Deployment } from './scope.ts';
import { readTemplate, type Template } from './template.ts';
import { TemplateError } from './template-error.ts';

/** A template that is ready to be deployed: its code built, its serverless resources expanded. */
export type LoadedTemplate = { template: Template; parameters: Record<string, ParameterValue> };

/**
 * Reads, builds and expands a template file. Throws TemplateError and BuildError, whose messages say what to mend and where.
 */
export async function loadTemplate(
  file: string,
  given: Readonly<Record<string, string>>,
  deployment: Omit<Deployment, 'parameters'>,
  { folder, memory }: { folder: string; memory?: BuildMemory },
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
  const scope = createScope(template, { ...deployment, parameters });
  const artifacts = await build(template, scope, {
    root: dirname(path),
    folder: resolve(folder),
    ...(memory && { memory }),
  });
  return { template: expandServerless(template, artifacts, scope), parameters };
}

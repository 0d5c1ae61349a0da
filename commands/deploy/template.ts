import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** As much of template.yaml as is read before a deployment. */
type Template = {
  Parameters: Readonly<Record<string, { Default?: string | number }>>;
  Mappings: { Stages: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> };
  Resources: Readonly<Record<string, { Type: string; Properties?: { ReservedConcurrentExecutions?: unknown } }>>;
};

/** CloudFormation's tags are left out: `!Ref Name` is the text `Name`, `!If [A, b, c]` the list of the three. */
export function readTemplate(path = join(import.meta.dirname, '..', '..', 'template.yaml')): Template {
  return parse(readFileSync(path, 'utf8'), { logLevel: 'error' }) as Template;
}

/** A row of the mapping `Stages`, for one stage. Throws where there is none. */
export function stageValue({ Mappings }: Template, stage: string, name: string): string {
  const value = Mappings.Stages[stage]?.[name];
  if (value === undefined) throw new Error(`template.yaml has no ${name} in the mapping Stages for ${stage}.`);
  return String(value);
}

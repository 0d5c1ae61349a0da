import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installSamCli } from '../../../commands/check-sam/sam-cli.ts';
import type { Artifact } from 'local-cloud/template';
import { resolve, type Scope } from 'local-cloud/template';
import { parameterValues } from 'local-cloud/template';
import { parameterResolver } from 'local-cloud/template';
import { expandServerless } from 'local-cloud/template';
import { createScope } from 'local-cloud/template';
import { readTemplate, type Template } from 'local-cloud/template';
import { plain, type Plain } from './plain.ts';

/** A template file, and the parameters that it is deployed with. */
export type Deployed = { file: string; parameters: Readonly<Record<string, string>> };

export type Both = {
  /** What SAM's own transform makes of it. */
  theirs: Plain;
  /** What the local cloud makes of it. */
  ours: Plain;
  /** A value with its intrinsic functions done, as far as they are of parameters, mappings and conditions. */
  resolved: (value: unknown) => unknown;
};

const repository = join(import.meta.dirname, '..', '..', '..');

/** What both make of templates, in the order of `deployed`. The SAM CLI is installed where it is not yet. */
export async function both(deployed: readonly Deployed[]): Promise<Both[]> {
  const { python } = await installSamCli(join(repository, 'node_modules', '.cache'));
  const script = join(import.meta.dirname, 'transform.py');
  const answer = await python([script, JSON.stringify(deployed)], { cwd: repository });
  const transformed = JSON.parse(answer) as Readonly<Record<string, unknown>>[];
  return deployed.map((one, index): Both => {
    const { template, scope } = read(one);
    const resolver = parameterResolver(template, scope);
    const withParameters = (value: unknown): unknown => resolver(value, []);
    const { resources, conditions, outputs } = expandServerless(template, artifactsOf(template), scope);
    return {
      theirs: plain(transformed[index] ?? {}, withParameters),
      ours: plain({ Resources: resources, Conditions: conditions, Outputs: outputs }, withParameters),
      resolved: (value) => resolve(value, scope, []),
    };
  });
}

function read({ file, parameters: given }: Deployed): { template: Template; scope: Scope } {
  const template = readTemplate(readFileSync(file, 'utf8'), file);
  const scope = createScope(template, {
    stackName: 'compared',
    stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/compared/1',
    region: 'us-east-1',
    accountId: '000000000000',
    parameters: parameterValues(template, given),
  });
  return { template, scope };
}

/** Nothing is built: where code lies is not compared. */
function artifactsOf({ resources }: Template): Map<string, Artifact> {
  return new Map(
    Object.entries(resources)
      .filter(([, { Type: type }]) => type.startsWith('AWS::Serverless::'))
      .map(([id]) => [id, { Folder: `/built/${id}`, Sha256: 'ab'.repeat(32) }]),
  );
}

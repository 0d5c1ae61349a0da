import { parse } from 'smol-toml';
import { UsageError } from '../shared/target.ts';
import { readParameters, type Parameters } from './parameters.ts';

/**
 * The parameters that samconfig.toml gives when a stage is deployed. What is given on the command line replaces them all, as SAM has it,
 * so whoever adds one there must repeat these. Throws UsageError where they are written in a way that is not understood here.
 */
export function configuredParameters(toml: string, stage: string): Parameters {
  const { settings, source } = deploySettings(toml, stage);
  const { parameter_overrides: value = [] } = settings;
  const texts = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(texts) || !texts.every((text) => typeof text === 'string'))
    throw new UsageError(`${source}: parameter_overrides must be a list of texts, such as ["Stage=dev"].`);
  return readParameters(texts, source);
}

/** Where SAM deploys a stage: `region` is undefined if the file leaves it to the AWS CLI. Throws UsageError if it names no stack. */
export function configuredStack(toml: string, stage: string): { stackName: string; region?: string } {
  const { settings, source } = deploySettings(toml, stage);
  const { stack_name: stackName, region } = settings;
  if (typeof stackName !== 'string' || stackName === '')
    throw new UsageError(`${source} has no stack_name, nor has [${stage}.global.parameters].`);
  return { stackName, ...(typeof region === 'string' && { region }) };
}

/** As SAM reads them: what stands for every command, unless `deploy` has its own. Throws UsageError where the stage has no such section. */
function deploySettings(toml: string, stage: string): { settings: Record<string, unknown>; source: string } {
  const name = `${stage}.deploy.parameters`;
  const environment = tableIn(readToml(toml), stage);
  const deploy = tableIn(environment, 'deploy')['parameters'];
  if (!isTable(deploy)) throw new UsageError(`samconfig.toml has no [${name}]: is "${stage}" a stage?`);
  const everywhere = tableIn(tableIn(environment, 'global'), 'parameters');
  return { settings: { ...everywhere, ...deploy }, source: `samconfig.toml, [${name}]` };
}

function readToml(toml: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    throw new UsageError(`samconfig.toml cannot be read: ${(error as Error).message}`);
  }
}

/** Empty where there is none. */
function tableIn(table: Record<string, unknown>, name: string): Record<string, unknown> {
  const found = table[name];
  return isTable(found) ? found : {};
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

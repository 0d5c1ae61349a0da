import { UsageError } from '../shared/target.ts';
import { readParameters, type Parameters } from './parameters.ts';

/**
 * The parameters that samconfig.toml gives when a stage is deployed. What is given on the command line replaces them all, as SAM has it,
 * so whoever adds one there must repeat these. Throws UsageError where they are written in a way that is not understood here.
 */
export function configuredParameters(toml: string, stage: string): Parameters {
  const { section, source } = deploySection(toml, stage);
  const [, value] = /^parameter_overrides\s*=\s*(\[[^\]]*\]|.*)/m.exec(section) ?? [];
  return value === undefined ? {} : readParameters(texts(value.trim(), source), source);
}

/** Where SAM deploys a stage: `region` is undefined if the file leaves it to the AWS CLI. Throws UsageError if it names no stack. */
export function configuredStack(toml: string, stage: string): { stackName: string; region?: string } {
  const { section, source } = deploySection(toml, stage);
  const setting = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*=\\s*["']([^"']+)["']`, 'm').exec(section)?.[1];
  const [stackName, region] = [setting('stack_name'), setting('region')];
  if (stackName === undefined) throw new UsageError(`${source} has no stack_name.`);
  return { stackName, ...(region !== undefined && { region }) };
}

/** Throws UsageError where there is none. */
function deploySection(toml: string, stage: string): { section: string; source: string } {
  const name = `${stage}.deploy.parameters`;
  const section = sections(toml)[name];
  if (section === undefined) throw new UsageError(`samconfig.toml has no [${name}]: is "${stage}" a stage?`);
  return { section, source: `samconfig.toml, [${name}]` };
}

/** The lines of each table, by its name. */
function sections(toml: string): Record<string, string> {
  const tables = toml.split(/^\[/m).slice(1);
  return Object.fromEntries(
    tables.map((table) => [table.slice(0, table.indexOf(']')).trim(), table.slice(table.indexOf(']') + 1)]),
  );
}

/** A text of TOML, or a list of them; comments stand between. */
function texts(value: string, source: string): string[] {
  const isList = value.startsWith('[');
  const found = [...value.matchAll(/#.*|"(?:\\.|[^\\"\n])*"|'[^'\n]*'/g)].map(([text]) => text);
  const rest = found.reduce((left, text) => left.replace(text, ''), value);
  if (!(isList ? /^\[[\s,]*\]$/ : /^\s*$/).test(rest))
    throw new UsageError(`${source}: parameter_overrides must be a list of texts, such as ["Stage=dev"].`);
  return found
    .filter((text) => !text.startsWith('#'))
    .map((text) => (text.startsWith("'") ? text.slice(1, -1) : (JSON.parse(text) as string)));
}

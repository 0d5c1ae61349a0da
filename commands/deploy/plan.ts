import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../shared/target.ts';
import { parameterNames, quoted, readParameters, writeParameters, type Parameters } from './parameters.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { releaseId } from './release-id.ts';
import { releaseIdAfter } from './release-id-after.ts';
import { configuredParameters } from './sam-config.ts';

/** What a person asks for. */
export type Request = {
  stage: string | undefined;
  /** Texts of `Name=Value`, which go before what samconfig.toml gives. */
  parameters: readonly string[];
};

/** The deployment: the stage, and its parameters. */
export type Plan = { stage: string; parameters: Parameters };

/** Throws UsageError for what cannot be meant. */
export function planRelease(repository: string, { stage, parameters }: Request): Plan {
  if (stage !== 'dev' && stage !== 'prod')
    throw new UsageError(`Say where to: --stage dev or --stage prod${stage === undefined ? '' : `, not "${stage}"`}.`);
  const given = {
    ...configuredParameters(readFileSync(join(repository, 'samconfig.toml'), 'utf8'), stage),
    ...readParameters(parameters.map(quoted), 'The command line'),
  };
  const names = parameterNames(readFileSync(join(repository, 'template.yaml'), 'utf8'));
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  // SAM would leave it out without a word.
  if (stranger !== undefined)
    throw new UsageError(`template.yaml has no parameter "${stranger}"; it has ${names.join(', ')}.`);
  if (given['Stage'] !== stage)
    throw new UsageError(`--stage ${stage} and the parameter Stage=${given['Stage'] ?? ''} contradict each other.`);
  return { stage, parameters: given };
}

/**
 * The two commands of `sam` that release what is in `repository`. `yes`: SAM asks nothing before it makes the changes. `stack`: what is
 * deployed; undefined if nothing is, or if AWS was not asked.
 */
export function commandsOf(
  repository: string,
  { stage, parameters }: Plan,
  { yes, stack }: { yes: boolean; stack: DeployedStack | undefined },
): string[][] {
  const id = releaseIdAfter(stack, releaseId(repository, parameters));
  const overrides = ['--parameter-overrides', ...writeParameters({ ...parameters, ReleaseId: id })];
  return [
    ['build', ...overrides], // which choose the layer that is built
    ['deploy', '--config-env', stage, ...(yes ? ['--no-confirm-changeset'] : []), ...overrides],
  ];
}

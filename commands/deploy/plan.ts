import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../shared/target.ts';
import { parameterNames, quoted, readParameters, writeParameters } from './parameters.ts';
import { releaseId } from './release-id.ts';
import { configuredParameters } from './sam-config.ts';

/** What a person asks for. */
export type Request = {
  stage: string | undefined;
  /** Texts of `Name=Value`, which go before what samconfig.toml gives. */
  parameters: readonly string[];
  /** Not to be asked before the changes are made. */
  yes: boolean;
};

/** The two commands of `sam` that release what lies in `repository`. Throws UsageError for what cannot be meant. */
export function planRelease(repository: string, { stage, parameters, yes }: Request): string[][] {
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
  const overrides = [
    '--parameter-overrides',
    ...writeParameters({ ...given, ReleaseId: releaseId(repository, given) }),
  ];
  return [
    ['build', ...overrides], // which choose the layer that is built
    ['deploy', '--config-env', stage, ...(yes ? ['--no-confirm-changeset'] : []), ...overrides],
  ];
}

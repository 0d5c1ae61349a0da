import { UsageError } from '../shared/target.ts';
import { aliasesInPlace } from './checks/aliases-in-place.ts';
import { concurrencyFits } from './checks/concurrency-fits.ts';
import { deploymentTypeExists } from './checks/deployment-type-exists.ts';
import { stackCanBeUpdated } from './checks/stack-can-be-updated.ts';
import type { Aws, DeployedStack } from './deployed-stack.ts';
import type { Parameters } from './parameters.ts';

/** What a check may read before anything is built or deployed. */
export type Deployment = {
  stage: string;
  /** From the command line and samconfig.toml. What they do not name keeps the value in `stack.parameters`. */
  parameters: Parameters;
  /** Undefined: the stack does not exist yet. */
  stack: DeployedStack | undefined;
  aws: Aws;
};

/**
 * One condition that must hold before a deployment starts. Returns a text for the user for each problem: what is wrong with which object,
 * and what to do next. Only reads. Errors of AWS are thrown.
 */
export type Check = (deployment: Deployment) => Promise<string[]>;

/** All of them, each in a file of its own under `checks/`. */
const checks: readonly Check[] = [stackCanBeUpdated, aliasesInPlace, deploymentTypeExists, concurrencyFits];

/** Throws UsageError with every problem that a check finds. */
export async function runChecks(deployment: Deployment): Promise<void> {
  const problems = (await Promise.all(checks.map((check) => check(deployment)))).flat();
  if (problems.length === 0) return;
  throw new UsageError([...problems, 'Nothing was built or deployed.'].join('\n\n'));
}

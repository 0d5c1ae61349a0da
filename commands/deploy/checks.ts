import { UsageError } from '../shared/target.ts';
import { aliasesInPlace } from './checks/aliases-in-place.ts';
import type { Check, Deployment } from './checks/check.ts';
import { concurrencyFits } from './checks/concurrency-fits.ts';
import { deploymentTypeExists } from './checks/deployment-type-exists.ts';
import { stackCanBeUpdated } from './checks/stack-can-be-updated.ts';

/** All of them, each in a file of its own under `checks/`. */
const checks: readonly Check[] = [stackCanBeUpdated, aliasesInPlace, deploymentTypeExists, concurrencyFits];

/** Throws UsageError with every problem that a check finds. */
export async function runChecks(deployment: Deployment): Promise<void> {
  const problems = (await Promise.all(checks.map((check) => check(deployment)))).flat();
  if (problems.length === 0) return;
  throw new UsageError([...problems, 'Nothing was built or deployed.'].join('\n\n'));
}

import type { DeployedStack, Aws } from '../deployed-stack.ts';
import type { Parameters } from '../parameters.ts';

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

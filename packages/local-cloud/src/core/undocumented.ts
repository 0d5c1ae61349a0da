import type { MissingOperand } from '../services/cloudwatch/math/values.ts';

/**
 * What AWS does not document, and what no public report settles: the local cloud can do it either way, so that an application is tried
 * under both.
 */
export type Undocumented = {
  /** For how long CodeDeploy lists no target of a deployment after its creation. ms of the cloud's time. */
  targetsAfterMs: number;
  /**
   * How CloudFormation, in a rollback, moves an alias back whose own update succeeded: by Lambda's UpdateAlias, or by another deployment,
   * with the hooks and alarms of the stack as it was.
   */
  rollbackThrough: 'lambda' | 'codedeploy';
  /** What happens to the deployment of an alias whose update CloudFormation cancels because another resource failed. */
  cancelledDeployments: 'stop' | 'continue';
  /** What an operator of metric math makes of a period in which one of two operands has no data. */
  missingOperand: MissingOperand;
};

export const assumed: Undocumented = {
  targetsAfterMs: 0,
  rollbackThrough: 'lambda',
  cancelledDeployments: 'stop',
  missingOperand: 'zero',
};

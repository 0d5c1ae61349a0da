/**
 * What an operator makes of a period in which one of two series has no point: AWS's documentation and its users contradict each other.
 * `zero`: the absent point counts as 0. `missing`: the result is absent too.
 */
export const MISSING_OPERAND_RULES = ['zero', 'missing'] as const;
export type MissingOperand = (typeof MISSING_OPERAND_RULES)[number];

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

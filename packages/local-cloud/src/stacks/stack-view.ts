/** A stack as CloudFormation's API describes it. */
export type StackDescription = {
  stackName: string;
  /** The stack's ARN. */
  stackId: string;
  description?: string;
  status: StackStatus;
  /** Why it is in that status, where there is something to say: the error that rolled it back. */
  statusReason?: string;
  createdAt: Date;
  updatedAt?: Date;
  deletedAt?: Date;
  /** As the stack was made with them; those with `NoEcho` masked already. */
  parameters: Readonly<Record<string, string>>;
  outputs: readonly { key: string; value: string; description?: string; exportName?: string }[];
  capabilities: readonly string[];
  tags: Readonly<Record<string, string>>;
  /** Of a nested stack: the id of the stack that it is a resource of, and of the outermost of these. */
  parentId?: string;
  rootId?: string;
};

export type StackStatus =
  | 'CREATE_IN_PROGRESS'
  | 'CREATE_COMPLETE'
  | 'CREATE_FAILED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_COMPLETE'
  | 'ROLLBACK_FAILED'
  | 'UPDATE_IN_PROGRESS'
  | 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'UPDATE_ROLLBACK_FAILED'
  | 'DELETE_IN_PROGRESS'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

export type ResourceDescription = {
  logicalId: string;
  /** Absent until it is made. */
  physicalId?: string;
  /** e.g. `AWS::SQS::Queue`. */
  type: string;
  status: ResourceStatus;
  statusReason?: string;
  /** Of the last change of status. */
  changedAt: Date;
};

export type ResourceStatus = `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`;

/** One change of status, of a resource or of the stack itself. */
export type StackEvent = {
  eventId: string;
  stackId: string;
  stackName: string;
  /** The stack's name where it is about the stack. */
  logicalId: string;
  physicalId?: string;
  type: string;
  /** DELETE_SKIPPED: it left the stack and was kept. */
  status: ResourceStatus | StackStatus | 'DELETE_SKIPPED';
  statusReason?: string;
  /** ISO 8601. */
  at: string;
};

/** What CloudFormation's API asks of the stacks engine, and all that it knows of it. */
export type StackView = {
  /** Every stack, deleted ones that are still remembered included. */
  stacks: () => readonly StackDescription[];
  /** The resources of a stack named by its id, in the order they were made. */
  resources: (stackId: string) => readonly ResourceDescription[];
  /** What happened to a stack named by its id, the newest first. */
  events: (stackId: string) => readonly StackEvent[];
};

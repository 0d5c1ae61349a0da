import type { z } from 'zod';
import type { Artifact } from '../builder/artifact.ts';
import type { Random } from '../core/random.ts';

/** A resource of a stack, its properties resolved: no intrinsic functions left. */
export type Resource = { logicalId: string; type: string; properties: unknown };

/** What `Ref` and `Fn::GetAtt` give. */
export type Made = {
  ref: string;
  attributes: Readonly<Record<string, unknown>>;
  /** Of a resource that is changed step by step itself, a nested stack: takes back all that was just done. */
  undo?: () => Promise<void>;
  /** Of the same: cleans up, once the whole stack is as its template says. */
  finish?: () => Promise<void>;
};

export type StackContext = { stackName: string; stackId: string; region: string; accountId: string; random: Random };

/** Of a change that may take its time. */
export type Progress = {
  /** Aborts when another resource could not be changed: what is under way is to end. */
  signal: AbortSignal;
  /** Tells the stack's history what goes on. */
  tell: (reason: string) => void;
};

/** What a stack does with the stacks within it. */
export type Nesting = {
  /** Creates a nested stack, or goes on where an interrupted creation stopped. Throws as `update`. */
  create: (input: NestedInput) => Promise<Made>;
  /** Updates one. Throws an Error in CloudFormation's words after rolling the nested stack back. */
  update: (input: NestedInput & { stackId: string }) => Promise<Made>;
  /** Takes back what its own rollback could not. Throws DeploymentError if that still cannot be taken back. */
  continueRollback: (input: NestedInput & { stackId: string }) => Promise<Made>;
  /** Throws DeploymentError if a resource could not be deleted. */
  remove: (stackId: string) => Promise<void>;
  /** Is no operation on it unfinished? */
  isSettled: (stackId: string) => boolean;
};

export type NestedInput = {
  logicalId: string;
  /** Of the parent, with a source of randomness that belongs to this resource. */
  stack: StackContext;
  template: Artifact;
  parameters: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** Absent when a change is taken back. */
  progress?: Progress;
};

/** Everything that the local cloud knows of one resource type. What its schema does not name is refused by name. */
export type Provider<P = unknown> = {
  type: string;
  /** A strict zod schema of the supported properties, in CloudFormation's names. */
  schema: z.ZodType<P>;
  /** Properties that cannot be changed on a living resource: it is replaced, as CloudFormation's documentation says. */
  replacedBy: readonly string[];
  /** The property by which a template may name it. Two of one name cannot be there at once, so what is named so cannot be replaced. */
  namedBy?: string;
  /** Called before anything is touched if the template has such a resource. Rejects if none can be created on this machine. */
  prepare?: () => Promise<void>;
  /** Whether an interrupted change of the resource was completed; for resources that continue such a change by themselves. */
  isSettled?: (made: { ref: string; nesting: Nesting }) => boolean;
  create: (made: {
    logicalId: string;
    properties: P;
    stack: StackContext;
    nesting?: Nesting;
    progress?: Progress;
  }) => Promise<Made>;
  /**
   * `updatePolicy`: the resource's, resolved. `isRollback`: `properties` are those of before, and `before` are those that an update set,
   * or was about to set when it failed; `progress` is absent then if the rollback must go the shortest way. `isContinued`: the rollback
   * had failed and is continued. `hasFailed`: that update failed by itself, and was not cancelled.
   */
  update: (made: {
    logicalId: string;
    ref: string;
    before: P;
    properties: P;
    stack: StackContext;
    nesting?: Nesting;
    updatePolicy?: unknown;
    progress?: Progress;
    isRollback?: boolean;
    isContinued?: boolean;
    hasFailed?: boolean;
  }) => Promise<Made>;
  delete: (made: {
    logicalId: string;
    ref: string;
    properties: P;
    stack: StackContext;
    nesting?: Nesting;
  }) => Promise<void>;
};

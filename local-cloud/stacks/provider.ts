import type { z } from 'zod';
import type { Random } from '../random.ts';

/** A resource of a stack, its properties resolved: no intrinsic functions left. */
export type Resource = { logicalId: string; type: string; properties: unknown };

/** What `Ref` and `Fn::GetAtt` give. */
export type Made = { ref: string; attributes: Readonly<Record<string, unknown>> };

export type StackContext = { stackName: string; stackId: string; region: string; accountId: string; random: Random };

/** Of a change that may take its time. */
export type Progress = {
  /** Aborts when another resource could not be changed: what is under way is to end. */
  signal: AbortSignal;
  /** Tells the stack's history what goes on. */
  tell: (reason: string) => void;
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
  create: (made: { logicalId: string; properties: P; stack: StackContext }) => Promise<Made>;
  /**
   * `updatePolicy`: the resource's, resolved. `isRollback`: `properties` are those of before, and `before` are those that an update set,
   * or was about to set when it failed; `progress` is absent then if the rollback must go the shortest way. `hasFailed`: that update failed
   * by itself, and was not cancelled.
   */
  update: (made: {
    logicalId: string;
    ref: string;
    before: P;
    properties: P;
    stack: StackContext;
    updatePolicy?: unknown;
    progress?: Progress;
    isRollback?: boolean;
    hasFailed?: boolean;
  }) => Promise<Made>;
  delete: (made: { logicalId: string; ref: string; properties: P; stack: StackContext }) => Promise<void>;
};

import type { Observe } from '../core/cloud-event.ts';
import type { Template } from '../template/template.ts';
import type { Ordered } from '../template/references.ts';
import type { Scope } from '../template/intrinsics.ts';
import type { Providers } from './check.ts';
import type { History } from './history.ts';
import type { StackContext, Nesting } from './provider.ts';
import type { StackState, StackRecord, ResourceRecord } from './stack-state.ts';

/** One operation on a stack. */
export type Operation = {
  stack: StackContext;
  providers: Providers;
  state: StackState;
  history: History;
  observe: Observe;
  now: () => Date;
  /** How often a resource has been made before: no two of them may have the same name, since the first may have been kept. */
  makingOf: (logicalId: string) => number;
  /** Aborts when the whole cloud stops. */
  stopping: AbortSignal;
  /** Of a nested stack: aborts when another resource of its parent could not be changed. */
  cancelled?: AbortSignal;
  /** Of a nested stack: where it belongs. */
  owner?: Pick<StackRecord, 'parentId' | 'rootId' | 'logicalId' | 'tags'>;
  /** As the parameter of UpdateStack: what was only just made goes in a rollback even where its DeletionPolicy is Retain. */
  retainExceptOnCreate?: boolean;
  /** What a stack in such an operation does with the stacks within it. */
  nestingOf: (operation: Operation) => Nesting;
};

export type Deploying = Operation & {
  template: Template;
  ordered: Ordered;
  scope: Scope;
  /** As they were before, by logical id. */
  before: ReadonlyMap<string, ResourceRecord>;
};

import { join } from 'node:path';
import type { Relocate } from '../core/relocate.ts';
import type { PublishEvent } from '../services/cloudwatch/alarms.ts';
import type { ServiceContext } from '../core/service-context.ts';
import type { Providers } from './check.ts';
import { continueRollback } from './continue-rollback.ts';
import { deleteStack } from './delete-stack.ts';
import { deployRootStack, type StackInput } from './deploy-stack.ts';
import type { Operation } from './operation.ts';
import { createHistory } from './history.ts';
import { createNesting } from './nested/nesting.ts';
import type { Nesting, Provider } from './provider.ts';
import { openStackState, type ResourceRecord, type StackRecord } from './stack-state.ts';
import type { ResourceDescription, StackDescription, StackView } from './stack-view.ts';

export type Stacks = {
  /**
   * Creates or updates the stack and gives its outputs; where there is nothing to do, nothing is. Operations on one stack wait for one
   * another. Throws TemplateError and UnsupportedTemplateError before anything is touched, DeploymentError after rolling back, and
   * DeploymentCutShortError where the cloud stops meanwhile.
   */
  deploy: (input: StackInput) => Promise<Record<string, string>>;
  /** Deletes a stack with its resources, or keeps them as their policies say. Throws DeploymentError where one could not be deleted. */
  remove: (stackName: string) => Promise<void>;
  /** Continues a rollback that failed. Throws DeploymentError if there is none, or if something still cannot be put back. */
  continueRollback: (stackName: string, resourcesToSkip?: readonly string[]) => Promise<void>;
  /** Resolves once no operation is under way. */
  idle: () => Promise<void>;
  stackId: (stackName: string) => string;
  /** To be called when the endpoint is known, before the first deployment. */
  relocate: (relocate: Relocate) => void;
  view: StackView;
};

type Needs = Pick<ServiceContext, 'region' | 'accountId' | 'random' | 'clock' | 'observe' | 'stateFolder' | 'stopping'>;

export function createStacks(context: Needs, all: readonly Provider[], publish?: PublishEvent): Stacks {
  const { region, accountId, random, clock, observe, stopping } = context;
  const providers: Providers = new Map(all.map((provider) => [provider.type, provider]));
  const state = openStackState(context.stateFolder === undefined ? undefined : join(context.stateFolder, 'stacks'));
  const eventIds = random.branch('events');
  const newIds = new Map<string, string>();
  /** Lines about what has no effect here; each is told once. */
  const reported = new Set<string>();
  /** How often each resource was made in this run. */
  const makings = new Map<string, number>();
  let lastOperation: Promise<unknown> = Promise.resolve();

  function inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = lastOperation.then(operation, operation);
    lastOperation = result.catch(() => undefined);
    return result;
  }

  /** The id of the stack that is there, or of the one that is about to be made. */
  function stackId(stackName: string): string {
    const record = state.stack(stackName);
    if (record !== undefined && !isGone(record)) return record.stackId;
    const wanted = newIds.get(stackName);
    if (wanted !== undefined && wanted !== record?.stackId) return wanted;
    const id = `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${random.uuid()}`;
    newIds.set(stackName, id);
    return id;
  }

  function tell(text: string): void {
    if (!reported.has(text)) observe({ type: 'accepted-without-effect', text });
    reported.add(text);
  }

  function operationOn({ stackName, stackId: id }: Pick<StackRecord, 'stackName' | 'stackId'>): Operation {
    const stack = { stackName, stackId: id, region, accountId, random };
    const history = createHistory(state, stack, clock.now, eventIds, publish);
    const makingOf = (logicalId: string): number => {
      const count = makings.get(`${id}/${logicalId}`) ?? 0;
      makings.set(`${id}/${logicalId}`, count + 1);
      return count;
    };
    const nestingOf = (operation: Operation): Nesting => createNesting(operation, operationOn, tell);
    return { stack, providers, state, history, observe, now: clock.now, makingOf, stopping, nestingOf };
  }

  /** On a stack that is no part of another. */
  function rootOperation(stackName: string): Operation {
    return operationOn({ stackName, stackId: stackId(stackName) });
  }

  return {
    deploy: (input) => inTurn(() => deployRootStack(rootOperation(input.stackName), input, tell)),
    remove: (stackName) => inTurn(() => deleteStack(rootOperation(stackName))),
    continueRollback: (stackName, resourcesToSkip = []) =>
      inTurn(() => continueRollback(rootOperation(stackName), resourcesToSkip)),
    idle: async () => {
      await lastOperation;
    },
    stackId,
    relocate: state.relocate,
    view: {
      stacks: () => state.stacks().map(describeStack),
      resources: (id) => {
        const stack = state.stacks().find((one) => one.stackId === id);
        return stack === undefined ? [] : state.resources(stack.stackName).map(describeResource);
      },
      events: (id) => state.events(id).reverse(),
    },
  };
}

/** A stack of which nothing is left: its name is free. */
function isGone({ status }: StackRecord): boolean {
  return status === 'ROLLBACK_COMPLETE' || status === 'DELETE_COMPLETE';
}

function describeStack(record: StackRecord): StackDescription {
  const { createdAt, updatedAt, deletedAt, tags = {}, ...others } = record;
  return {
    ...others,
    createdAt: new Date(createdAt),
    ...(updatedAt !== undefined && { updatedAt: new Date(updatedAt) }),
    ...(deletedAt !== undefined && { deletedAt: new Date(deletedAt) }),
    capabilities: [],
    tags,
  };
}

function describeResource({
  logicalId,
  ref,
  type,
  status,
  statusReason,
  changedAt,
}: ResourceRecord): ResourceDescription {
  return {
    logicalId,
    physicalId: ref,
    type,
    status,
    ...(statusReason !== undefined && { statusReason }),
    changedAt: new Date(changedAt),
  };
}

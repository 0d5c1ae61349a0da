import { isDeepStrictEqual } from 'node:util';
import { acceptedIn } from '../template/accepted.ts';
import type { ParameterValue } from '../template/parameters.ts';
import { checkReferences, inOrder } from '../template/references.ts';
import { createScope } from '../template/scope.ts';
import { TemplateError } from '../template/template-error.ts';
import type { Template } from '../template/template.ts';
import { setStatus } from './set-status.ts';
import type { Change } from './change.ts';
import { checkProperties } from './check.ts';
import { clearAway } from './clear-away.ts';
import { deleteWhatWasMade } from './continue-rollback.ts';
import { changeResources, checkGoingOn, DeploymentError, isAllUpToDate, reasonOf, type Failure } from './deploy.ts';
import type { Deploying, Operation } from './operation.ts';
import { checkNestedStacks } from './nested/check-nested.ts';
import { outputsOf, shownParameters, valuesOf } from './outputs.ts';
import { rollBack } from './roll-back.ts';
import type { ResourceRecord, StackRecord } from './stack-state.ts';

export type StackInput = {
  stackName: string;
  /** Plain CloudFormation: serverless resources are expanded. */
  template: Template;
  parameters: Readonly<Record<string, ParameterValue>>;
  /** As the parameter of UpdateStack: what was only just made goes in a rollback even where its DeletionPolicy is Retain. */
  retainExceptOnCreate?: boolean;
};

/** A stack that is as its template says, except for the cleanup. */
export type Deployed = {
  outputs: Record<string, string>;
  /** Deletes what was replaced and what the template no longer has. */
  finish: () => Promise<void>;
  /** Instead: takes back all that was done. Gives a line for each resource that is not as it was. */
  undo: () => Promise<string[]>;
};

/**
 * Brings a stack to what the template says, up to the cleanup; where there is nothing to do, nothing is done. `tell` takes lines about
 * what the template has and this cloud accepts without effect. Throws TemplateError and UnsupportedTemplateError before anything is
 * touched, StackFailure after rolling back, DeploymentCutShortError where the cloud stops meanwhile.
 */
export async function deployStack(
  operation: Operation,
  { template, parameters }: Omit<StackInput, 'stackName'>,
  tell: (line: string) => void,
): Promise<Deployed> {
  const { state, now, owner, cancelled, retainExceptOnCreate = false } = operation;
  const { stackName, stackId } = operation.stack;
  checkGoingOn(operation);
  let deploying = await prepare(operation, template, parameters);
  const previous = state.stack(stackName);
  const isThere = previous?.stackId === stackId;
  const isUpdate = isThere && previous.status !== 'CREATE_IN_PROGRESS';
  // On AWS such a stack takes no update before its rollback is continued. What is developed here mends itself as it is saved.
  if (isUpdate && previous.toDelete !== undefined) {
    await deleteWhatWasMade(operation, previous);
    deploying = await prepare(operation, template, parameters);
  }
  const { scope, ordered } = deploying;
  for (const line of acceptedIn(template, ordered)) tell(line);

  const shown = shownParameters(template, parameters);
  if (isUpdate && isSettled(previous) && isAllUpToDate(deploying)) {
    const outputs = outputsOf(template, scope);
    const isSame = isDeepStrictEqual(outputs, previous.outputs) && isDeepStrictEqual(shown, previous.parameters);
    if (isSame) return { outputs: valuesOf(outputs), finish: async () => undefined, undo: async () => [] };
  }

  const at = now().toISOString();
  const stack: StackRecord = {
    stackName,
    stackId,
    ...owner,
    ...(template.description !== undefined && { description: template.description }),
    status: isUpdate ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS',
    createdAt: isThere ? previous.createdAt : at,
    ...(isUpdate && { updatedAt: at }),
    parameters: shown,
    outputs: isUpdate ? previous.outputs : [],
  };
  setStatus(operation, stack, stack.status, 'User Initiated');
  const done: Change[] = [];
  const undo = async (reason?: string): Promise<string[]> => {
    setStatus(operation, stack, isUpdate ? 'UPDATE_ROLLBACK_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', reason);
    const { leftOver, toDelete } = await rollBack(deploying, done, { isUpdate, retainExceptOnCreate });
    const isBack = state.resources(stackName).every(({ status }) => status !== 'UPDATE_FAILED');
    if (!isUpdate) setStatus(operation, stack, 'ROLLBACK_COMPLETE');
    else {
      const back = { ...previous, updatedAt: at };
      delete back.toDelete;
      if (isBack) setStatus(operation, back, 'UPDATE_ROLLBACK_COMPLETE');
      else setStatus(operation, { ...back, toDelete }, 'UPDATE_ROLLBACK_FAILED', leftOver.join(' '));
    }
    return leftOver;
  };
  const failures = await changeResources(deploying, done);
  const outputs = failures.length > 0 || cancelled?.aborted === true ? [] : outputsOrReason(deploying);
  if (failures.length === 0 && cancelled?.aborted !== true && typeof outputs !== 'string') {
    const made = { ...stack, outputs };
    if (isUpdate) setStatus(operation, made, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    return {
      outputs: valuesOf(outputs),
      finish: async () => {
        await clearAway(deploying, done);
        setStatus(operation, made, isUpdate ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE');
      },
      undo,
    };
  }

  const reason =
    typeof outputs === 'string' ? outputs : failures.length > 0 ? whatFailed(failures) : 'Resource update cancelled';
  const leftOver = await undo(reason);
  const lines = failures.flatMap((one) => [
    `${one.logicalId} (${one.type}): ${one.reason}`,
    ...one.details.map((line) => `  ${line}`),
  ]);
  if (typeof outputs === 'string') lines.push(outputs);
  throw new StackFailure(isUpdate ? 'update' : 'create', reason, {
    details: [...lines, ...leftOver],
    inTheWay: failures.flatMap((one) => one.inTheWay),
  });
}

/** A stack could not be deployed, and was rolled back. */
export class StackFailure extends Error {
  override name = 'StackFailure';
  readonly verb: 'create' | 'update';
  /** What failed and why; what is not as it was. */
  readonly details: readonly string[];
  /** See DeploymentError. */
  readonly inTheWay: readonly string[];

  constructor(
    verb: 'create' | 'update',
    reason: string,
    { details, inTheWay }: { details: readonly string[]; inTheWay: readonly string[] },
  ) {
    super(reason);
    this.verb = verb;
    this.details = details;
    this.inTheWay = inTheWay;
  }
}

/** The same to the end. Throws as `deployStack`, but DeploymentError after rolling back. */
export async function deployRootStack(
  operation: Operation,
  { stackName, ...input }: StackInput,
  tell: (line: string) => void,
): Promise<Record<string, string>> {
  const { retainExceptOnCreate = false } = input;
  try {
    const { outputs, finish } = await deployStack({ ...operation, retainExceptOnCreate }, input, tell);
    await finish();
    return outputs;
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    throw new DeploymentError(
      [`The stack ${stackName} could not be deployed, and was rolled back:`, ...error.details].join('\n'),
      { inTheWay: error.inTheWay },
    );
  }
}

/** Checks all that can be checked before anything is touched. Throws TemplateError and UnsupportedTemplateError. */
async function prepare(
  operation: Operation,
  template: Template,
  parameters: Readonly<Record<string, ParameterValue>>,
): Promise<Deploying> {
  const { stack, state, providers } = operation;
  const deployment = { ...stack, parameters };
  checkReferences(template);
  const beforeAnythingIsMade = createScope(template, deployment);
  // Conditions are worked out whether or not anybody asks for them.
  for (const name of Object.keys(template.conditions)) beforeAnythingIsMade.condition(name, ['Conditions', name]);
  const ordered = inOrder(template, beforeAnythingIsMade);
  const live = new Set(ordered.map(({ logicalId }) => logicalId));
  const scope = createScope(template, deployment, (logicalId) =>
    live.has(logicalId) ? state.resource(stack.stackName, logicalId) : undefined,
  );
  checkProperties(template, ordered, providers, scope);
  const types = checkNestedStacks({ template, ordered, providers, scope, place: stack });
  const before = new Map(state.resources(stack.stackName).map((record) => [record.logicalId, record]));
  checkTypes(template, before);
  for (const type of types) await providers.get(type)?.prepare?.();
  return { ...operation, template, ordered, scope, before };
}

/** Throws TemplateError where a resource has become one of another type. */
function checkTypes(template: Template, before: ReadonlyMap<string, ResourceRecord>): void {
  const changed = [...before.values()]
    .filter(({ logicalId, type }) => {
      const wanted = template.resources[logicalId]?.Type;
      return wanted !== undefined && wanted !== type;
    })
    .map(({ logicalId }) => logicalId);
  if (changed.length === 0) return;
  throw new TemplateError(
    `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${changed.join(', ')}]. Rename them.`,
  );
}

/** Outputs are part of the deployment: one that cannot be told fails it. Then its reason. */
function outputsOrReason({ template, scope }: Deploying): StackRecord['outputs'] | string {
  try {
    return outputsOf(template, scope);
  } catch (error) {
    return reasonOf(error);
  }
}

/** In CloudFormation's words. */
function whatFailed(failures: readonly Failure[]): string {
  const sentences = (['create', 'update'] as const).flatMap((verb) => {
    const names = failures.filter((failure) => failure.verb === verb).map(({ logicalId }) => logicalId);
    return names.length === 0 ? [] : [`The following resource(s) failed to ${verb}: [${names.join(', ')}].`];
  });
  return `${sentences.join(' ')} `;
}

/** Nothing that was begun is unfinished. */
export function isSettled({ status }: StackRecord): boolean {
  return status === 'CREATE_COMPLETE' || status === 'UPDATE_COMPLETE' || status === 'UPDATE_ROLLBACK_COMPLETE';
}

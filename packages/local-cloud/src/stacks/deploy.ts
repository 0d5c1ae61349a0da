import { AwsError } from '../core/aws-error.ts';
import { resolve } from '../template/intrinsics.ts';
import { changeResource, isUpToDate, type Change, type Wanted } from './change.ts';
import type { Deploying, Operation } from './operation.ts';

/** A resource could not be made or changed; what had been done before was taken back. */
export class DeploymentError extends Error {
  override name = 'DeploymentError';
  /** Logical ids of what could not be created because something of that name exists, as a deleted stack may have left it. */
  readonly inTheWay: readonly string[];

  constructor(message: string, { inTheWay = [] }: { inTheWay?: readonly string[] } = {}) {
    super(message);
    this.inTheWay = inTheWay;
  }
}

/** The same of a nested stack: in CloudFormation's words, and in `details` a line for each of its resources that failed. */
export class NestedStackError extends Error {
  override name = 'NestedStackError';
  readonly details: readonly string[];
  /** See DeploymentError. */
  readonly inTheWay: readonly string[];

  constructor(message: string, { details, inTheWay }: Pick<NestedStackError, 'details' | 'inTheWay'>) {
    super(message);
    this.details = details;
    this.inTheWay = inTheWay;
  }
}

/** The whole cloud stopped meanwhile: what was done stays done, and the next deployment goes on from there. */
export class DeploymentCutShortError extends Error {
  override name = 'DeploymentCutShortError';
}

/** Codes of services that say that a name is taken. */
const ALREADY = /Already(Exists|OwnedByYou)|^ResourceInUseException$|^ResourceConflictException$/;

export type Failure = {
  logicalId: string;
  type: string;
  verb: 'create' | 'update';
  reason: string;
  /** Of a nested stack: its resources that failed. */
  details: readonly string[];
  /** Logical ids where something of its name is there, and not the stack's: this resource's, or those within a nested stack. */
  inTheWay: readonly string[];
};

/**
 * Creates and changes the stack's resources in the order of their needs, in parallel where they are free of one another; notes in `done`
 * what it did, and gives what failed. After a failure nothing further is begun, and what can be cut short is. Throws
 * DeploymentCutShortError where the cloud stops meanwhile.
 */
export async function changeResources(deploying: Deploying, done: Change[]): Promise<Failure[]> {
  const { ordered, template, before, history, stopping, cancelled } = deploying;
  const failures: Failure[] = [];
  const failed = new AbortController();
  const fail = (logicalId: string, error: unknown): void => {
    // What ends with the cloud has not failed.
    if (stopping.aborted) return;
    const [type, old] = [template.resources[logicalId]?.Type ?? '', before.get(logicalId)];
    const reason = reasonOf(error);
    history.resource({ type, ...old, logicalId }, old === undefined ? 'CREATE_FAILED' : 'UPDATE_FAILED', reason);
    const isNested = error instanceof NestedStackError;
    const exists = old === undefined && error instanceof AwsError && ALREADY.test(error.code);
    failures.push({
      ...{ logicalId, type, verb: old === undefined ? 'create' : 'update', reason },
      details: isNested ? error.details : [],
      inTheWay: isNested ? error.inTheWay.map((one) => `${logicalId}/${one}`) : exists ? [logicalId] : [],
    });
    failed.abort();
  };
  const signal = cancelled === undefined ? failed.signal : AbortSignal.any([failed.signal, cancelled]);
  const finished = new Map<string, Promise<void>>();
  for (const { logicalId, needs } of ordered) {
    const needed = [...needs].flatMap((name) => finished.get(name) ?? []);
    finished.set(
      logicalId,
      (async () => {
        await Promise.all(needed);
        if (signal.aborted || stopping.aborted) return;
        try {
          const change = await changeOne(deploying, logicalId, needs, signal);
          done.push(change);
          if (change.error !== undefined) fail(logicalId, change.error);
        } catch (error) {
          fail(logicalId, error);
        }
      })(),
    );
  }
  await Promise.all(finished.values());
  checkGoingOn(deploying);
  return failures;
}

/** Throws DeploymentCutShortError where the cloud has stopped. */
export function checkGoingOn({ stack, stopping }: Pick<Operation, 'stack' | 'stopping'>): void {
  if (!stopping.aborted) return;
  throw new DeploymentCutShortError(
    `The local cloud was stopped while the stack ${stack.stackName} was being deployed. Its next start goes on from there.`,
  );
}

/** Is every resource as the template wants it, and none too many? */
export function isAllUpToDate(deploying: Deploying): boolean {
  const { ordered, before } = deploying;
  if (before.size !== ordered.length) return false;
  return ordered.every(({ logicalId, needs }) => {
    const old = before.get(logicalId);
    // With a resource missing, what mentions it cannot be told yet.
    if (old === undefined || ![...needs].every((name) => before.has(name))) return false;
    const { properties, ...others } = wantedOf(deploying, logicalId, needs);
    return (
      isUpToDate(old, properties) &&
      old.type === others.type &&
      old.deletionPolicy === others.deletionPolicy &&
      old.updateReplacePolicy === others.updateReplacePolicy
    );
  });
}

async function changeOne(
  deploying: Deploying,
  logicalId: string,
  needs: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Change> {
  const { providers, stack, before, state, observe } = deploying;
  const wanted = wantedOf(deploying, logicalId, needs);
  const provider = providers.get(wanted.type);
  if (provider === undefined) throw new Error(`the local cloud does not implement ${wanted.type}.`);
  const changing = {
    ...deploying,
    nesting: deploying.nestingOf(deploying),
    updatePolicy: updatePolicyOf(deploying, logicalId),
    signal,
  };
  const change = await changeResource(provider, wanted, before.get(logicalId), changing);
  // It stays marked as being changed, until it is put back.
  if (change.error !== undefined) return change;
  state.saveResource(stack.stackName, change.record);
  if (change.change !== 'unchanged') {
    observe({
      type: 'stack-changed',
      stackName: stack.stackName,
      logicalId,
      resourceType: wanted.type,
      change: change.change,
    });
  }
  return change;
}

/** Throws TemplateError where it mentions what is not there. */
function wantedOf({ template, scope }: Deploying, logicalId: string, needs: ReadonlySet<string>): Wanted {
  const definition = template.resources[logicalId];
  if (definition === undefined) throw new Error(`${logicalId} is not in the template.`);
  return {
    logicalId,
    type: definition.Type,
    properties: resolve(definition.Properties, scope, ['Resources', logicalId, 'Properties']),
    needs: [...needs],
    deletionPolicy: definition.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
  };
}

/** How the resource wants to be updated. It is no property: a change of it alone changes nothing. */
function updatePolicyOf({ template, scope }: Deploying, logicalId: string): unknown {
  const policy = template.resources[logicalId]?.UpdatePolicy;
  return policy && resolve(policy, scope, ['Resources', logicalId, 'UpdatePolicy']);
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

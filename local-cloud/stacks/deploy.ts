import type { Observe } from '../events.ts';
import { resolve, type Scope } from '../template/intrinsics.ts';
import type { Ordered } from '../template/references.ts';
import type { ResourceDefinition, Template } from '../template/template.ts';
import { changeResource, type Change } from './change.ts';
import type { Providers } from './check.ts';
import { readProperties } from './properties.ts';
import type { StackContext } from './provider.ts';
import type { ResourceRecord, StackState } from './stack-state.ts';

/** A resource could not be made or changed; what had been done before was taken back. */
export class DeploymentError extends Error {
  override name = 'DeploymentError';
}

export type Deploying = {
  template: Template;
  ordered: Ordered;
  scope: Scope;
  stack: StackContext;
  providers: Providers;
  state: StackState;
  observe: Observe;
  now: () => Date;
};

/**
 * Brings the stack's resources to what the template says: creates and changes in the order of their needs, in parallel where they are
 * free, then clears away what was replaced or has vanished. Throws DeploymentError when a resource fails, after taking all back.
 */
export async function deployResources(deploying: Deploying): Promise<void> {
  const { ordered, state, stack } = deploying;
  const before = new Map(state.resources(stack.stackName).map((record) => [record.logicalId, record]));
  const done: Change[] = [];
  const failures: string[] = [];

  const finished = new Map<string, Promise<void>>();
  for (const { logicalId, needs } of ordered) {
    const needed = [...needs].flatMap((name) => finished.get(name) ?? []);
    finished.set(
      logicalId,
      (async () => {
        await Promise.all(needed);
        if (failures.length > 0) return;
        try {
          done.push(await changeOne(deploying, logicalId, needs, before.get(logicalId)));
        } catch (error) {
          const type = deploying.template.resources[logicalId]?.Type ?? '';
          failures.push(`${logicalId} (${type}): ${error instanceof Error ? error.message : String(error)}`);
        }
      })(),
    );
  }
  await Promise.all(finished.values());
  if (failures.length > 0) {
    const leftOver = await takeBack(deploying, done, before);
    throw new DeploymentError(
      [`The stack ${stack.stackName} could not be deployed, and was rolled back:`, ...failures, ...leftOver].join('\n'),
    );
  }
  await clearAway(deploying, done, before);
}

async function changeOne(
  { template, scope, stack, providers, state, observe, now }: Deploying,
  logicalId: string,
  needs: ReadonlySet<string>,
  before: ResourceRecord | undefined,
): Promise<Change> {
  const definition = template.resources[logicalId] as ResourceDefinition;
  const provider = providers.get(definition.Type);
  if (provider === undefined) throw new Error(`the local cloud does not implement ${definition.Type}.`);
  const properties = resolve(definition.Properties, scope, ['Resources', logicalId, 'Properties']);
  const wanted = {
    logicalId,
    type: definition.Type,
    properties,
    needs: [...needs],
    deletionPolicy: definition.DeletionPolicy ?? 'Delete',
    updateReplacePolicy: definition.UpdateReplacePolicy ?? 'Delete',
  };
  const change = await changeResource(provider, wanted, before, stack, now);
  state.saveResource(stack.stackName, change.record);
  if (change.change !== 'unchanged') {
    observe({
      type: 'stack-changed',
      stackName: stack.stackName,
      logicalId,
      resourceType: definition.Type,
      change: change.change,
    });
  }
  return change;
}

/** The newest change first; what cannot be taken back is told and left. */
async function takeBack(
  { state, stack }: Deploying,
  done: readonly Change[],
  before: ReadonlyMap<string, ResourceRecord>,
): Promise<string[]> {
  const leftOver: string[] = [];
  for (const { record, change, undo } of done.toReversed()) {
    const { logicalId, ref, deletionPolicy } = record;
    try {
      await undo();
    } catch (error) {
      leftOver.push(
        `${logicalId} could not be rolled back and stays: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    if (change === 'created' && deletionPolicy === 'Retain') {
      leftOver.push(
        `${logicalId} (${ref}) is kept, since its DeletionPolicy is Retain (RetainExceptOnCreate would not).`,
      );
    }
    const old = before.get(logicalId);
    if (old === undefined) state.forgetResource(stack.stackName, logicalId);
    else state.saveResource(stack.stackName, old);
  }
  return leftOver;
}

/** What was replaced and what the template no longer has; each before what it needs. As on AWS, a failure here fails nothing else. */
async function clearAway(
  { template, ordered, stack, providers, state, observe }: Deploying,
  done: readonly Change[],
  before: ReadonlyMap<string, ResourceRecord>,
): Promise<void> {
  const failed = (logicalId: string, error: unknown): void =>
    observe({
      type: 'note',
      text: `${logicalId} could not be deleted and is forgotten: ${error instanceof Error ? error.message : String(error)}`,
    });
  const wanted = new Set(ordered.map(({ logicalId }) => logicalId));
  const vanished = [...before.values()].filter(({ logicalId }) => !wanted.has(logicalId));
  const replaced = new Map(done.map(({ record, clearAway: clear }) => [record.logicalId, clear]));
  for (const record of neededLast([...before.values()])) {
    const { logicalId, type, ref, deletionPolicy } = record;
    const clear = replaced.get(logicalId);
    if (clear !== undefined) await clear().catch((error: unknown) => failed(logicalId, error));
    if (!vanished.includes(record)) continue;
    state.forgetResource(stack.stackName, logicalId);
    const provider = providers.get(type);
    if (deletionPolicy !== 'Delete') {
      // A version that SAM published is kept at every release; only what the template's author kept is news.
      if (
        template.resources[logicalId] === undefined &&
        type !== 'AWS::Lambda::Version' &&
        type !== 'AWS::Lambda::LayerVersion'
      ) {
        observe({
          type: 'note',
          text: `${logicalId} (${ref}) left the stack and is kept: its DeletionPolicy is ${deletionPolicy}.`,
        });
      }
      continue;
    }
    try {
      if (provider === undefined) throw new Error(`the local cloud does not implement ${type}.`);
      const properties = readProperties(provider, record);
      await provider.delete({ logicalId, ref, properties, stack });
      observe({ type: 'stack-changed', stackName: stack.stackName, logicalId, resourceType: type, change: 'deleted' });
    } catch (error) {
      failed(logicalId, error);
    }
  }
}

/** Each record before those that it needs. */
function neededLast(records: readonly ResourceRecord[]): ResourceRecord[] {
  const left = new Map(records.map((record) => [record.logicalId, record]));
  const sorted: ResourceRecord[] = [];
  while (left.size > 0) {
    const needed = new Set([...left.values()].flatMap(({ needs }) => needs));
    const free = [...left.values()].filter(({ logicalId }) => !needed.has(logicalId));
    // Records of different releases may need one another in a circle; then any order is as good.
    const next = free.length > 0 ? free : [...left.values()];
    for (const record of next) {
      sorted.push(record);
      left.delete(record.logicalId);
    }
  }
  return sorted;
}

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CloudEvent } from '../core/cloud-event.ts';
import { createRandom } from '../core/random.ts';
import type { DeletionPolicy } from '../template/template.ts';
import type { Operation } from './operation.ts';
import { readProperties } from './properties.ts';
import type { Made, Nesting, Progress, Provider, StackContext } from './provider.ts';
import type { ResourceRecord, RollbackStart } from './stack-state.ts';

/** A resource as the template wants it, its properties resolved. */
export type Wanted = {
  logicalId: string;
  type: string;
  properties: unknown;
  needs: readonly string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
};

/** What was done to one resource, how to take it back, and what is left to clear away once the whole stack is done. */
export type Change = {
  record: ResourceRecord;
  change: Extract<CloudEvent, { type: 'stack-changed' }>['change'] | 'unchanged';
  /** Why it could not be changed. Some of it may have been: it is put back with all the others. */
  error?: unknown;
  /** Gives a resource that was updated its properties of before; without `progress` the shortest way. */
  putBack?: (progress?: Progress) => Promise<void>;
  /** What `putBack` starts from, so that a rollback that failed can be continued after a restart too. */
  from?: RollbackStart;
  /** Deletes what was made. */
  unmake?: () => Promise<void>;
  /** Deletes what was replaced. */
  clearAway?: () => Promise<void>;
  /** Cleans up within the resource, a nested stack. */
  finish?: () => Promise<void>;
};

type Changing = Pick<Operation, 'stack' | 'state' | 'history' | 'now' | 'makingOf'> & {
  nesting: Nesting;
  /** The resource's, resolved. */
  updatePolicy: unknown;
  /** Aborts when another resource could not be changed. */
  signal: AbortSignal;
};

/** Creates, updates or replaces one resource, or leaves it alone where nothing has changed. Throws where nothing could be made. */
export async function changeResource(
  provider: Provider,
  wanted: Wanted,
  before: ResourceRecord | undefined,
  { stack, state, history, now, makingOf, updatePolicy, signal, nesting }: Changing,
): Promise<Change> {
  const { logicalId, type } = wanted;
  const isSettled = (ref: string): boolean => provider.isSettled?.({ ref, nesting }) ?? true;
  if (before !== undefined && isUpToDate(before, wanted.properties) && isSettled(before.ref)) {
    return { record: { ...before, ...wanted }, change: 'unchanged' };
  }
  const progress: Progress = {
    signal,
    tell: (reason) =>
      history.resource(before ?? wanted, before === undefined ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS', reason),
  };
  const properties = readProperties(provider, wanted);
  const record = ({ ref, attributes }: Made, status: ResourceRecord['status'], generation: number): ResourceRecord => ({
    ...wanted,
    ref,
    attributes,
    generation,
    status,
    changedAt: now().toISOString(),
  });
  if (before === undefined) {
    history.resource(wanted, 'CREATE_IN_PROGRESS');
    const made = await provider.create({
      logicalId,
      properties,
      stack: named(stack, logicalId, 0, makingOf(logicalId)),
      nesting,
      progress,
    });
    history.resource({ ...wanted, ...made }, 'CREATE_COMPLETE');
    return {
      record: record(made, 'CREATE_COMPLETE', 0),
      change: 'created',
      unmake: made.undo ?? (() => provider.delete({ logicalId, ref: made.ref, properties, stack, nesting })),
      ...(made.finish && { finish: made.finish }),
    };
  }
  const { ref, generation } = before;
  const old = readProperties(provider, { logicalId, type, properties: before.properties });
  history.resource(before, 'UPDATE_IN_PROGRESS');
  if (needsReplacement(provider, before.properties, wanted.properties)) {
    history.resource(
      before,
      'UPDATE_IN_PROGRESS',
      'Requested update requires the creation of a new physical resource; hence creating one.',
    );
    const made = await provider.create({
      logicalId,
      properties,
      stack: named(stack, logicalId, generation + 1, makingOf(logicalId)),
      nesting,
    });
    history.resource({ ...wanted, ...made }, 'UPDATE_COMPLETE');
    return {
      record: record(made, 'UPDATE_COMPLETE', generation + 1),
      change: 'replaced',
      unmake: () => provider.delete({ logicalId, ref: made.ref, properties, stack, nesting }),
      ...(before.updateReplacePolicy === 'Delete' && {
        clearAway: () => provider.delete({ logicalId, ref, properties: old, stack, nesting }),
      }),
    };
  }
  const putBack = async (rollback?: Progress, hasFailed = false): Promise<void> => {
    const made = await provider.update({
      ...{ logicalId, ref, before: properties, properties: old, stack, nesting, isRollback: true, hasFailed },
      ...(rollback && { updatePolicy, progress: rollback }),
    });
    await made.finish?.();
  };
  const from = { properties: wanted.properties, updatePolicy };
  // Should the cloud end now, its next start knows what was being done.
  state.saveResource(stack.stackName, { ...before, status: 'UPDATE_IN_PROGRESS', changedAt: now().toISOString() });
  try {
    // What an earlier end cut short may have left anything: as in a rollback, it begins with what it was.
    if (before.status === 'UPDATE_IN_PROGRESS' && provider.isSettled === undefined) await putBack();
    const made = await provider.update({
      logicalId,
      ref,
      before: old,
      properties,
      stack,
      nesting,
      updatePolicy,
      progress,
    });
    history.resource({ ...wanted, ...made }, 'UPDATE_COMPLETE');
    return {
      record: record(made, 'UPDATE_COMPLETE', generation),
      change: 'updated',
      putBack: made.undo ?? putBack,
      from,
      ...(made.finish && { finish: made.finish }),
    };
  } catch (error) {
    const hasFailed = !signal.aborted;
    return { record: before, change: 'updated', error, putBack: (told) => putBack(told, hasFailed), from };
  }
}

/** What could not be put back, or was cut short, is in no known state: it must be updated, whatever it should be. */
export function isUpToDate(before: ResourceRecord, properties: unknown): boolean {
  const isKnown = before.status !== 'UPDATE_FAILED' && before.status !== 'UPDATE_IN_PROGRESS';
  return isKnown && isDeepStrictEqual(plain(before.properties), plain(properties));
}

/** Throws where a resource would have to be replaced by one of the same name. */
function needsReplacement(provider: Provider, before: unknown, after: unknown): boolean {
  const [old, wanted] = [plain(before), plain(after)] as Record<string, unknown>[];
  if (provider.replacedBy.every((name) => isDeepStrictEqual(old?.[name], wanted?.[name]))) return false;
  const { namedBy = '' } = provider;
  const name = wanted?.[namedBy];
  if (typeof name === 'string' && old?.[namedBy] === name) {
    throw new Error(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${name} and update the stack again.`,
    );
  }
  return true;
}

/** As it comes back from the store. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? {}));
}

/**
 * The stack with a source of randomness that belongs to this resource: resources are made in parallel, and a seed must give each the
 * same name in every run.
 */
function named(stack: StackContext, logicalId: string, generation: number, making: number): StackContext {
  const digest = createHash('sha256')
    .update([stack.random.seed, stack.stackId, logicalId, generation, making].join('/'))
    .digest();
  return { ...stack, random: createRandom(digest.readUIntBE(0, 6)) };
}

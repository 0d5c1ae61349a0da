import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { CloudEvent } from '../events.ts';
import { createRandom } from '../random.ts';
import { TemplateError } from '../template/template-error.ts';
import type { DeletionPolicy } from '../template/template.ts';
import { readProperties } from './properties.ts';
import type { Made, Provider, StackContext } from './provider.ts';
import type { ResourceRecord } from './stack-state.ts';

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
  undo: () => Promise<void>;
  clearAway?: () => Promise<void>;
};

/** Creates, updates or replaces one resource, or leaves it alone where nothing has changed. */
export async function changeResource(
  provider: Provider,
  wanted: Wanted,
  before: ResourceRecord | undefined,
  stack: StackContext,
  now: () => Date,
): Promise<Change> {
  const { logicalId, type } = wanted;
  if (before !== undefined && before.type !== type) {
    throw new TemplateError(
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]. Rename it.`,
    );
  }
  const properties = readProperties(provider, wanted);
  const record = (made: Made, status: ResourceRecord['status'], generation: number): ResourceRecord => ({
    ...wanted,
    ...made,
    generation,
    status,
    changedAt: now().toISOString(),
  });
  if (before === undefined) {
    const made = await provider.create({ logicalId, properties, stack: named(stack, logicalId, 0) });
    return {
      record: record(made, 'CREATE_COMPLETE', 0),
      change: 'created',
      undo: async () => {
        if (wanted.deletionPolicy !== 'Retain') await provider.delete({ logicalId, ref: made.ref, properties, stack });
      },
    };
  }
  if (isDeepStrictEqual(plain(before.properties), plain(wanted.properties))) {
    return { record: { ...before, ...wanted }, change: 'unchanged', undo: async () => undefined };
  }
  const old = readProperties(provider, { logicalId, type, properties: before.properties });
  if (needsReplacement(provider, before.properties, wanted.properties)) {
    const generation = before.generation + 1;
    const made = await provider.create({ logicalId, properties, stack: named(stack, logicalId, generation) });
    return {
      record: record(made, 'UPDATE_COMPLETE', generation),
      change: 'replaced',
      undo: () => provider.delete({ logicalId, ref: made.ref, properties, stack }),
      ...(before.updateReplacePolicy === 'Delete' && {
        clearAway: () => provider.delete({ logicalId, ref: before.ref, properties: old, stack }),
      }),
    };
  }
  const { ref, generation } = before;
  const made = await provider.update({ logicalId, ref, before: old, properties, stack });
  return {
    record: record(made, 'UPDATE_COMPLETE', generation),
    change: 'updated',
    undo: async () => {
      await provider.update({ logicalId, ref: made.ref, before: properties, properties: old, stack });
    },
  };
}

function needsReplacement(provider: Provider, before: unknown, after: unknown): boolean {
  const [old, wanted] = [plain(before), plain(after)] as Record<string, unknown>[];
  return provider.replacedBy.some((name) => !isDeepStrictEqual(old?.[name], wanted?.[name]));
}

/** As it comes back from the store. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? {}));
}

/**
 * The stack with a source of randomness that belongs to this resource: resources are made in parallel, and a seed must give each the
 * same name in every run.
 */
function named(stack: StackContext, logicalId: string, generation: number): StackContext {
  const digest = createHash('sha256')
    .update(`${String(stack.random.seed)}/${stack.stackName}/${logicalId}/${String(generation)}`)
    .digest();
  return { ...stack, random: createRandom(digest.readUIntBE(0, 6)) };
}

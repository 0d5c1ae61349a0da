import type { Change } from './change.ts';
import { reasonOf } from './deploy.ts';
import type { Deploying, Operation } from './operation.ts';
import { readProperties } from './properties.ts';
import type { ResourceRecord } from './stack-state.ts';

/** Versions that SAM published are kept at every release; only what the template's author keeps is news. */
const silentlyKept = ['AWS::Lambda::Version', 'AWS::Lambda::LayerVersion'];

/** Deletes what was replaced and what the template no longer has; each before what it needs. As on AWS, a failure here fails nothing else. */
export async function clearAway(deploying: Deploying, done: readonly Change[]): Promise<void> {
  const { ordered, before, history, observe } = deploying;
  for (const { finish } of done.toReversed()) await finish?.();
  const wanted = new Set(ordered.map(({ logicalId }) => logicalId));
  const replaced = new Map(done.map(({ record, clearAway: clear }) => [record.logicalId, clear]));
  for (const record of neededLast([...before.values()])) {
    const clear = replaced.get(record.logicalId);
    if (wanted.has(record.logicalId) && clear === undefined) continue;
    const reason = clear === undefined ? await leave(deploying, record) : await attempt(deploying, record, clear);
    if (reason === undefined) continue;
    history.resource(record, 'DELETE_FAILED', reason);
    observe({ type: 'note', text: `${record.logicalId} could not be deleted and is forgotten: ${reason}` });
  }
}

/** Deletes every resource of a stack, or keeps it as its policy says. Gives the logical ids of those that could not be deleted. */
export async function deleteResources(operation: Operation): Promise<string[]> {
  const { state, stack, history } = operation;
  const failed: string[] = [];
  const needed = new Set<string>();
  for (const record of neededLast(state.resources(stack.stackName))) {
    // What something needs that is still there stays, too.
    const reason = needed.has(record.logicalId) ? undefined : await leave(operation, record);
    if (reason === undefined && !needed.has(record.logicalId)) continue;
    for (const name of record.needs) needed.add(name);
    state.saveResource(
      stack.stackName,
      reason === undefined ? record : { ...record, status: 'DELETE_FAILED', statusReason: reason },
    );
    if (reason === undefined) continue;
    history.resource(record, 'DELETE_FAILED', reason);
    failed.push(record.logicalId);
  }
  return failed;
}

/** A resource leaves the stack: it is deleted or kept, as its DeletionPolicy says. Gives the reason why it could not be deleted. */
async function leave(operation: Operation, record: ResourceRecord): Promise<string | undefined> {
  const { providers, stack, state, history, observe, nestingOf } = operation;
  const { logicalId, type, ref, deletionPolicy } = record;
  state.forgetResource(stack.stackName, logicalId);
  if (deletionPolicy !== 'Delete') {
    history.resource(record, 'DELETE_SKIPPED');
    if (!silentlyKept.includes(type)) {
      observe({
        type: 'note',
        text: `${logicalId} (${ref}) left the stack and is kept: its DeletionPolicy is ${deletionPolicy}.`,
      });
    }
    return undefined;
  }
  return attempt(operation, record, async () => {
    const provider = providers.get(type);
    if (provider === undefined) throw new Error(`the local cloud does not implement ${type}.`);
    const properties = readProperties(provider, record);
    await provider.delete({ logicalId, ref, properties, stack, nesting: nestingOf(operation) });
    observe({ type: 'stack-changed', stackName: stack.stackName, logicalId, resourceType: type, change: 'deleted' });
  });
}

async function attempt(
  { history }: Operation,
  record: ResourceRecord,
  remove: () => Promise<void>,
): Promise<string | undefined> {
  history.resource(record, 'DELETE_IN_PROGRESS');
  try {
    await remove();
    history.resource(record, 'DELETE_COMPLETE');
    return undefined;
  } catch (error) {
    return reasonOf(error);
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

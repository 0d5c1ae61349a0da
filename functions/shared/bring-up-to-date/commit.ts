import { identityOf, type OriginalVersion } from '../images/image.ts';
import type { Outcome } from '../images/outcome.ts';
import type { ImageRecord } from '../images/record.ts';
import { committed } from './outcome.ts';
import type { Ports } from './ports.ts';
import type { Commit, Conflict, Seen, Task } from './types.ts';

/** What this needs of a task: it reads no original and derives nothing. */
type CommitTask = Pick<Task, 'image' | 'id' | 'recipe'> & {
  readonly ports: Pick<Ports, 'readRecord' | 'writeRecord' | 'headOriginal' | 'deleteOutputs'>;
};

/** Steps 7 to 9 of the protocol: writes the record if the item is unchanged, deletes the outputs it replaces, and checks that it still holds. */
export async function commit(
  task: CommitTask,
  { before, original }: Seen,
  { record, resolved }: Commit,
): Promise<Outcome | Conflict> {
  const { ports, image } = task;

  // Step 7.
  const result = await ports.writeRecord(record, before?.revision ?? 0, resolved);
  if (result === 'lost' && !(await isOurs(task, record))) {
    await ports.deleteOutputs(keysOf(record));
    return 'conflict';
  }

  // Step 8. No record names these any more: this write replaced exactly the item that did.
  await ports.deleteOutputs(keysOf(before));

  // Step 9, after every write, also that of a tombstone: the event of a change since step 2 may have been handled before this write, and
  // found nothing to do.
  const now = await ports.headOriginal(image);
  return isSame(now, original) ? committed(record, original) : 'conflict';
}

/**
 * A client that retries a conditional write after its response was lost is refused because of its own first write. Deleting the outputs
 * then would leave a ready record without them. No record but this one names them.
 */
async function isOurs({ ports, id, recipe }: CommitTask, record: ImageRecord): Promise<boolean> {
  const [first] = record.outputs;
  if (first === undefined) return false;
  const now = await ports.readRecord(id, recipe.name);
  return now?.outputs.some(({ key }) => key === first.key) === true;
}

function keysOf(record: ImageRecord | undefined): string[] {
  return record?.outputs.map(({ key }) => key) ?? [];
}

function isSame(a: OriginalVersion | undefined, b: OriginalVersion | undefined): boolean {
  return a === undefined || b === undefined ? a === b : identityOf(a) === identityOf(b);
}

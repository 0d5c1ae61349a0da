import { identityOf, type OriginalVersion } from '../images/image.ts';
import type { ImageRecord, OpenAttempt } from '../images/record.ts';
import { committed, type FinalRecord, type Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import type { Look, Conflict, Task } from './task.ts';

/** What is asked of a task here: no original is read, and nothing derived. */
type CommitTask = Pick<Task, 'image' | 'id' | 'recipe'> & {
  readonly ports: Pick<Ports, 'readRecord' | 'writeRecord' | 'headOriginal' | 'deleteOutputs'>;
};

/** Makes `record` the item, if that still is as it was read, clears away what it replaces, and looks whether it is still true. */
export async function commit(
  task: CommitTask,
  { before, original }: Look,
  record: FinalRecord,
  withdrawn: readonly OpenAttempt[],
): Promise<Outcome | Conflict> {
  const { ports, image } = task;

  const result = await ports.writeRecord(record, before?.revision ?? 0, withdrawn);
  if (result === 'lost' && !(await isOurs(task, record))) {
    await ports.deleteOutputs(keysOf(record));
    return 'conflict';
  }

  // Nothing names these any more: our write replaced exactly the item that did.
  await ports.deleteOutputs(keysOf(before));

  // After every write, the tombstone's too: the event that told of a change since our look may have come, and found nothing to do,
  // before this write.
  const now = await ports.headOriginal(image);
  return isSame(now, original) ? committed(record, original) : 'conflict';
}

/**
 * A client that repeats a conditional write whose answer was lost on the way is told that it lost against itself. Deleting the
 * outputs then would leave a ready record without them. They are named by nobody's record but ours.
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

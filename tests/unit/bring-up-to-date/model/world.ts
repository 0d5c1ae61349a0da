import type { Cursor, RecentCursor } from '../../../../functions/reconcile-images/ports.ts';
import type { DerivedOutput } from '../../../../functions/shared/images/derivation.ts';
import { identityOf, type Image, type OriginalVersion } from '../../../../functions/shared/images/image.ts';
import type { Recipe, RecipeName } from '../../../../functions/shared/images/recipe.ts';
import type { ImageRecord, OpenAttempt } from '../../../../functions/shared/images/record.ts';
import type { WriteResult } from '../../../../functions/shared/bring-up-to-date/ports.ts';

/**
 * What may lie in the bucket: two good images, one that no decoder takes, one that kills whoever decodes it, and one that kills
 * version 1 of the function only.
 */
export type Content = 'good' | 'other good' | 'broken' | 'killer' | 'killer of 1';

export type Stored = OriginalVersion & {
  content: Content;
  /** Tells apart what S3 does not: the n-th upload. */ upload: number;
};

/** Buckets and table in memory, as strongly consistent as S3 and DynamoDB are. Every method is one atomic step. */
export function createWorld(versioned: boolean) {
  const bucket = new Map<string, Stored>();
  const table = new Map<string, ImageRecord>();
  const outputs = new Map<string, { content: string; writtenAt: number }>();
  const cursor: { now?: Cursor; recent?: RecentCursor } = {};
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  let uploads = 0;

  const time = () => new Date(clock.now);
  const itemKey = (id: string, recipe: RecipeName) => `${id} ${recipe}`;
  const read = (id: string, recipe: RecipeName) => table.get(itemKey(id, recipe));
  /** What each item was before its last write, and when that was. */
  const earlier = new Map<string, { item: ImageRecord | undefined; until: number }>();

  /** As a read that is not consistent: for a second after a write, every other one returns the item as it was before. */
  function readLate(id: string, recipe: RecipeName): ImageRecord | undefined {
    const before = earlier.get(itemKey(id, recipe));
    const isLate = before && clock.now - before.until < 1_000 && (clock.now / 50) % 2 === 0;
    return isLate ? before.item : read(id, recipe);
  }

  function upload({ key }: Image, content: Content): void {
    uploads++;
    bucket.set(key, {
      content,
      upload: uploads,
      ...(versioned && { versionId: `v${uploads}` }),
      eTag: `"${content}"`,
      size: content.length,
      uploadedAt: time().toISOString(),
    });
  }

  function head({ key }: Image): OriginalVersion | undefined {
    const stored = bucket.get(key);
    if (stored === undefined) return undefined;
    const { versionId, eTag, size, uploadedAt } = stored;
    return { ...(versionId !== undefined && { versionId }), eTag, size, uploadedAt };
  }

  function get({ key }: Image, { eTag }: OriginalVersion): Stored | undefined {
    const stored = bucket.get(key);
    return stored?.eTag === eTag ? stored : undefined;
  }

  /** Whether the item is still as it was read: revision 0 is also that of an item that does not exist. */
  function isAt(record: ImageRecord, revision: number): boolean {
    return (read(record.imageId, record.recipe)?.revision ?? 0) === revision;
  }

  function replace(record: ImageRecord, openAttempts: readonly OpenAttempt[]): void {
    const item = { ...record, openAttempts: [...openAttempts] };
    earlier.set(itemKey(record.imageId, record.recipe), {
      item: read(record.imageId, record.recipe),
      until: clock.now,
    });
    table.set(itemKey(record.imageId, record.recipe), item);
  }

  const openAttemptsOf = (id: string, recipe: RecipeName) => read(id, recipe)?.openAttempts ?? [];

  function write(record: ImageRecord, expected: number, withdrawn: readonly OpenAttempt[]): WriteResult {
    if (!isAt(record, expected)) return 'lost';
    replace(record, without(openAttemptsOf(record.imageId, record.recipe), withdrawn));
    return 'written';
  }

  function note(record: ImageRecord, attempt: OpenAttempt): WriteResult {
    if (!isAt(record, record.revision)) return 'lost';
    replace(record, without(openAttemptsOf(record.imageId, record.recipe), [attempt]).concat(attempt));
    return 'written';
  }

  function withdraw(id: string, recipe: RecipeName, attempt: OpenAttempt): void {
    const item = read(id, recipe);
    if (item) replace(item, without(item.openAttempts ?? [], [attempt]));
  }

  function fail(record: ImageRecord, lastError: string, attempt?: OpenAttempt): void {
    const item = read(record.imageId, record.recipe) ?? record;
    replace({ ...item, lastError }, without(item.openAttempts ?? [], attempt ? [attempt] : []));
  }

  /** Takes away one output that a record names; false if there is none. */
  function loseOutput(): boolean {
    const [output] = [...table.values()].flatMap(({ outputs: named }) => named);
    return output !== undefined && outputs.delete(output.key);
  }

  return {
    bucket,
    loseOutput,
    table,
    outputs,
    clock,
    cursor,
    time,
    upload,
    remove: ({ key }: Image) => void bucket.delete(key),
    head,
    get,
    read,
    readLate,
    write,
    note,
    withdraw,
    fail,
    put: (key: string, { bytes }: DerivedOutput) =>
      void outputs.set(key, { content: Buffer.from(bytes).toString(), writtenAt: clock.now }),
    discard: (keys: readonly string[]) => keys.forEach((key) => outputs.delete(key)),
  };
}

export type World = ReturnType<typeof createWorld>;

/** What an output holds in the model: what it was made of, and by which recipe. */
export function rendered(content: Content, recipe: Recipe): string {
  return `${content} by version ${recipe.version} of ${recipe.name}`;
}

export function isSameOriginal(record: ImageRecord, original: OriginalVersion): boolean {
  return identityOf(record) === identityOf(original);
}

function without(attempts: readonly OpenAttempt[], gone: readonly OpenAttempt[]): OpenAttempt[] {
  return attempts.filter(({ id }) => !gone.some((other) => other.id === id));
}

import { identityOf, imageId, type Image } from '../../../../functions/shared/images/image.ts';
import type { ImageRecord, OpenAttempt } from '../../../../functions/shared/images/record.ts';
import { image as theImage, TIMEOUT, type Actor } from './actor.ts';
import { isSameOriginal, type Stored, type World } from './world.ts';

/** Watches every step of a schedule as far as it is about one image, and looks at its end. */
export function createJudge(world: World, image: Image = theImage) {
  const findings: string[] = [];
  const noted: { actor: Actor; attempt: OpenAttempt }[] = [];
  const kills: { version: string; what: string; startedAt: number }[] = [];
  /** What the bucket held, since which of our moments, and when each item was last concluded. */
  const history: { state: string; since: number }[] = [{ state: 'nothing', since: 0 }];
  let moment = 0;
  let concludedAt = 0;
  /** What was last written on condition of a revision. What is noted over it since keeps its revision, and so may be written over. */
  let standing: ImageRecord | undefined;
  const find = (finding: string) => {
    findings.push(finding);
  };

  const isPoison = (record: ImageRecord) =>
    record.status === 'rejected' && record.reason?.startsWith('poison') === true;

  /** After the user did something. */
  function bucketChanged(): void {
    const original = world.bucket.get(image.key);
    history.push({ state: original ? identityOf(original) : 'nothing', since: ++moment });
  }

  /** After a conditional write took place. */
  function wrote(actor: Actor, before: ImageRecord | undefined, record: ImageRecord): void {
    const state = record.status === 'deleted' ? 'nothing' : identityOf(record);
    const hasBeenTrueSince = history.some(
      (entry, index) => entry.state === state && (history[index + 1]?.since ?? Infinity) > concludedAt,
    );
    if (!hasBeenTrueSince) find(`a ${record.status} record replaced one that was written when it was no longer true`);
    concludedAt = ++moment;
    standing = record;
    for (const { key } of record.outputs) {
      const made = world.outputs.get(key)?.content;
      if (made === undefined) find(`a ${record.status} record was written whose output ${key} does not exist`);
      // In the model the ETag is the content.
      else if (!made.startsWith(record.eTag?.replaceAll('"', '') ?? '?'))
        find(`a record of ${record.eTag} names "${made}"`);
    }
    if (
      before?.status === 'ready' &&
      record.status !== 'deleted' &&
      identityOf(before) === identityOf(record) &&
      before.recipeVersion > record.recipeVersion
    ) {
      find(`version ${actor.version} undid what recipe version ${before.recipeVersion} had made`);
    }
    if (isPoison(record)) {
      const unaccounted = noted.filter(
        ({ actor: other, attempt }) =>
          (other.disorderly || (other.alive && world.clock.now - other.startedAt >= TIMEOUT)) &&
          attempt.by === actor.version &&
          attempt.of === identityOf(record),
      );
      if (unaccounted.length < 2) {
        find(
          `an image was called poison after ${unaccounted.length} attempts of version ${actor.version} that did not end in order`,
        );
      }
    }
  }

  function notedAttempt(actor: Actor, before: ImageRecord | undefined, attempt: OpenAttempt): void {
    noted.push({ actor, attempt });
    actor.attempts.push(attempt);
    const after = world.read(imageId(image), actor.recipe.name);
    if (before?.status === 'ready' && (after?.status !== 'ready' || after.outputs.length !== before.outputs.length)) {
      find('noting an attempt demoted a ready record');
    }
    if (after?.expiresAt !== undefined) find('a noted attempt would expire with the tombstone that it was noted in');
  }

  /** Before anything is decoded: is that the third time, knowing of two crashes? */
  function decodes(actor: Actor, upload: number): void {
    const known = kills.filter(
      (kill) =>
        kill.version === actor.version &&
        kill.what === describeDecoding(actor, upload) &&
        kill.startedAt + TIMEOUT < actor.startedAt,
    );
    if (known.length > 1)
      find(`version ${actor.version} decoded a killer although it had crashed on it ${known.length} times`);
  }

  function killed(actor: Actor, upload: number, startedAt: number): void {
    kills.push({ version: actor.version, what: describeDecoding(actor, upload), startedAt });
  }

  function deletes(keys: readonly string[]): void {
    for (const record of world.table.values()) {
      for (const { key } of record.outputs) if (keys.includes(key)) find(`${key} was deleted while a record named it`);
    }
  }

  /** One version serves: what a newer one made has been made again, and what crashed an older one has been tried again. */
  function served(version: '1' | '2'): void {
    const record = world.read(imageId(image), 'thumbnails');
    if (record?.status !== 'ready' && record?.status !== 'rejected') return;
    const { status, processedBy, openAttempts = [] } = record;
    if (processedBy > version) {
      find(`version ${version} serves, and yet the record is ${status} by version ${processedBy}`);
    }
    const hasTried = processedBy === version || openAttempts.some(({ by }) => by === version);
    if (isPoison(record) && !hasTried) find(`version ${version} serves, and has not tried what crashed ${processedBy}`);
  }

  /** Records and outputs say what the bucket holds; if `byListing`, as far as a listing can tell. */
  function converged(when: string, { byListing = false } = {}): void {
    const wrong = findProblem(world.bucket.get(image.key), world.read(imageId(image), 'thumbnails'), byListing);
    if (wrong !== undefined) find(`after ${when}: ${wrong}`);
  }

  function findProblem(
    original: Stored | undefined,
    record: ImageRecord | undefined,
    byListing: boolean,
  ): string | undefined {
    const status = record?.status ?? 'missing';
    if (original === undefined) {
      return status === 'missing' || status === 'deleted'
        ? undefined
        : `the original is gone, and its record ${status}`;
    }
    if (record === undefined || (status !== 'ready' && status !== 'rejected')) {
      return `there is an original, and its record is ${status}`;
    }
    const isSame = isSameOriginal(record, original) || (byListing && isListedAlike(record, original));
    if (!isSame) return 'the record speaks of another state of the original';
    if (status === 'rejected') {
      if (record.outputs.length > 0) return 'rejected, and yet with outputs';
      // Whether the rule for poison was right to say so was judged when it did.
      return isPoison(record) || original.content === 'broken' ? undefined : `${original.content}, and yet rejected`;
    }
    const made = record.outputs.map(({ key }) => world.outputs.get(key)?.content ?? 'missing');
    const isRight = made.length > 0 && made.every((content) => content.startsWith(`${original.content} by version`));
    return isRight ? undefined : `ready with "${made.join(', ')}" instead of "${original.content}"`;
  }

  /**
   * After a record was marked stale. The mark repeats the last outcome, word for word. It may do so over a `pending` record: an attempt at
   * what was rejected, noted since, keeps the revision. That harms nobody: the attempt loses against the mark, finds a stale record and
   * tries again; should it crash instead, it stays among the open attempts, which no mark touches, and is counted like any other.
   */
  function marked(before: ImageRecord | undefined, record: ImageRecord): void {
    if (standing === undefined || describeRecord(standing) !== describeRecord(record)) {
      find(`a ${before?.status ?? 'missing'} record was replaced by a stale mark on what it had replaced itself`);
    }
    standing = record;
    concludedAt = ++moment;
  }

  /** Where nothing failed, nothing is left behind, nor to be swept. */
  function clean(): void {
    const orphans = orphanedOutputs();
    if (orphans.length > 0) find(`nothing failed, and yet nobody names ${orphans.join(', ')}`);
    const open = [...world.table.values()].flatMap(({ openAttempts }) => openAttempts ?? []);
    if (open.length > 0) find(`nothing failed, and yet ${open.length} attempts are open`);
  }

  function swept(): void {
    const orphans = orphanedOutputs();
    if (orphans.length > 0) find(`after reconciliation nobody names ${orphans.join(', ')}`);
  }

  function orphanedOutputs(): string[] {
    const named = new Set([...world.table.values()].flatMap(namesOf));
    return [...world.outputs.keys()].filter((key) => !named.has(key));
  }

  return {
    findings,
    bucketChanged,
    wrote,
    noted: notedAttempt,
    decodes,
    killed,
    deletes,
    marked,
    converged,
    clean,
    swept,
    served,
  };
}

/** All of a record that a stale mark leaves as it is. */
function describeRecord({ status, eTag, versionId, processedBy, processedAt, outputs }: ImageRecord): string {
  return JSON.stringify([status, eTag, versionId, processedBy, processedAt, outputs.map(({ key }) => key)]);
}

/**
 * The same bytes in the same second: all that a listing tells. Where the event of the second upload was lost, the record goes on
 * naming the version before it. Its outputs are right, as they are made of the same bytes; and no function reads an original by its
 * record's version id.
 */
function isListedAlike(record: ImageRecord, { eTag, uploadedAt }: Stored): boolean {
  return record.eTag === eTag && record.uploadedAt?.slice(0, 19) === uploadedAt.slice(0, 19);
}

function namesOf({ outputs }: ImageRecord): string[] {
  return outputs.map(({ key }) => key);
}

export type Judge = ReturnType<typeof createJudge>;

/** The state that the attempt was noted for, and the upload that was read: If-Match lets through the same bytes uploaded again. */
function describeDecoding(actor: Actor, upload: number): string {
  return `${actor.attempts.at(-1)?.of ?? ''} upload ${upload}`;
}

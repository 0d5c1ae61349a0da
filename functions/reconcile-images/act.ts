import { imageId } from '../shared/images/image.ts';
import { stale } from '../shared/images/stale.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { names } from './plan-outputs.ts';
import type { Act, Announcement, Deletion, Finding } from './plan.ts';
import { forEachContinueOnError, type Run } from './run.ts';

/** Runs the plan, a few acts at a time. Each act may run twice, and each checks the current state once more first. */
export async function actOn(run: Run, acts: readonly Act[]): Promise<void> {
  if (run.options.limits) run.planned.push(...acts.map(inShort));
  await forEachContinueOnError(run, acts, placeOf, (act) =>
    act.act === 'announce' ? announce(run, act) : deleteOrphan(run, act),
  );
}

function inShort(act: Act): Run['planned'][number] {
  if (act.act === 'delete') return { act: act.act, key: act.key };
  return { act: act.act, key: act.image.key, findings: act.reasons.map(({ finding }) => finding) };
}

function placeOf(act: Act): string {
  return act.act === 'delete' ? act.key : act.image.key;
}

async function announce(run: Run, { image, reasons }: Announcement): Promise<void> {
  const findings: Finding[] = [];
  for (const { finding, mark } of reasons) {
    // Marked before it is announced. Another writer that was faster has looked at the image later than we have.
    if (mark === undefined || (await markStale(run, mark))) findings.push(finding);
  }
  if (findings.length === 0) return;
  await run.ports.announce(image, findings);
  run.announced.add(imageId(image));
  run.counts.announced++;
}

async function markStale({ ports, counts }: Run, record: ImageRecord): Promise<boolean> {
  if ((await ports.writeRecord(stale(record), record.revision, [])) === 'lost') return false;
  counts.marked++;
  return true;
}

async function deleteOrphan({ ports, counts, options }: Run, { key, imageId: id, recipe }: Deletion): Promise<void> {
  if (!options.deletes) {
    counts.unconfirmed++;
    return;
  }
  // Read again immediately before, strongly consistent: only the current state may decide about an act that cannot be undone.
  if (names(await ports.readRecord(id, recipe), key)) return;
  await ports.deleteOutputs([key]);
  counts.deleted++;
}

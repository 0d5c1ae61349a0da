import { imageId } from '../shared/images/image.ts';
import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import { reportHead, withReport, type Versions } from '../shared/releases/report.ts';
import { invoke } from './attempt.ts';
import { LEFTOVER_AGE } from './clean-up.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { EMPTY_FOLDER, emptyNames, FOLDER, cases, keysOfTrial } from './reconciliation-cases.ts';
import {
  judgeCases,
  judgeEmpty,
  judgeRun,
  judgeYoung,
  type Answer,
  type CaseReport,
  type Seen,
} from './judge-reconciliation.ts';
import { deleteTrial, observe, plantCases, plantEmpty } from './plant-reconciliation.ts';
import type { ReconciliationPorts, ReconciliationReport } from './reconciliation-ports.ts';

/** How long it may take until a function has processed a republished image. ms. */
const TO_ARRIVE_MS = 60_000;

const BETWEEN_CLOCKS_MS = 2_000;

/**
 * Invokes a new version of reconcile-images on a few images of VerificationBucket, with and without defects, and compares what it plans and
 * does with what it should. The version runs within limits: this check cannot see what it would do outside them.
 */
export async function verifyReconciliation(
  ports: ReconciliationPorts,
  run: HookRun,
  versions: Versions,
): Promise<Verdict> {
  const { deploymentId, doing, setVerdict } = run;
  const { functionName, targetVersion } = versions;
  const startedAt = ports.now().toISOString();
  doing('counting dead letters');
  const deadLetters = await countDeadLetters(ports);
  const folder = `${deploymentId}/${targetVersion}/${FOLDER}`;
  doing('clearing away what earlier trials have left');
  await deleteLeftoverTrials(ports, folder);
  const result: { failures: string[]; cases: CaseReport[] } = { failures: [], cases: [] };
  try {
    Object.assign(result, await tryVersion(ports, run, { functionName, version: targetVersion }, folder));
  } catch (error) {
    ports.log.warn('the trial broke off', error);
    result.failures.push(`the trial broke off: ${String(error)}`);
  }
  const { failures } = result;
  setVerdict({ failures });

  doing('writing the report');
  const report: ReconciliationReport = {
    ...reportHead('verify-before-traffic', deploymentId, versions, failures, {
      startedAt,
      endedAt: ports.now().toISOString(),
    }),
    ...(deadLetters && { deadLetters }),
    ...{ pictures: [], cases: result.cases },
  };
  const verdict = await withReport(
    failures,
    () => ports.writeReconciliationReport(deploymentId, report),
    (error) => ports.log.warn('could not write the report', error),
  );
  setVerdict(verdict);
  doing('clearing away the images of the trial');
  await deleteTrial(ports, keysOfTrial(folder));
  return verdict;
}

type Target = { functionName: string; version: string };

async function tryVersion(
  ports: ReconciliationPorts,
  { doing, deadline }: HookRun,
  target: Target,
  folder: string,
): Promise<{ failures: string[]; cases: CaseReport[] }> {
  const ask = (event: unknown): Promise<Answer> => answerOf(ports, target, event, deadline);
  const limits = { prefix: folder, names: cases.map(({ name }) => name) };
  const atOnce = { graceMinutes: 0, orphanMinutes: 0 };

  doing('putting the images of the trial');
  const planted = await plantCases(ports, folder);
  const many = await plantEmpty(ports, folder);

  doing('trying what is young');
  const young = judgeYoung(await ask({ verification: limits }));
  doing('trying an empty listing');
  const emptyAnswer = await ask({
    verification: { prefix: `${folder}${EMPTY_FOLDER}`, names: emptyNames },
    ...atOnce,
  });
  const after = await Promise.all(many.map(({ imageId: id, recipe }) => ports.readRecord(id, recipe)));
  const empty = judgeEmpty(emptyAnswer, many, after);

  doing('trying what is lost, missing, orphaned, old and gone');
  // S3's clock may be ahead of ours: then nothing would be old enough.
  await ports.pause(BETWEEN_CLOCKS_MS);
  const answer = await ask({ verification: limits, ...atOnce });
  const images = await Promise.all(planted.map((one) => observe(ports, one)));
  const judged = judgeCases(answer, images);
  const whole = judgeRun(answer, images);
  const ofImages = judged.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  const found = [...ofImages, ...whole, ...young, ...empty];
  // A defect that was found already needs no further proof.
  const lost = found.length > 0 ? [] : await unheard(ports, images, deadline, doing);
  return { failures: [...found, ...lost], cases: judged };
}

async function answerOf(
  ports: ReconciliationPorts,
  target: Target,
  event: unknown,
  deadline: AbortSignal,
): Promise<Answer> {
  const invocation = await invoke(ports, target, event, deadline);
  if (invocation.status === 'failed') return { failure: invocation.error };
  const { payload } = invocation;
  return typeof payload === 'object' && payload !== null
    ? { summary: payload as Readonly<Record<string, unknown>> }
    : { failure: `it answered ${JSON.stringify(payload)}, and no summary` };
}

/** An announcement that no function understands is as good as none: of an image that has no records, there must soon be one. */
async function unheard(
  ports: ReconciliationPorts,
  images: readonly Seen[],
  deadline: AbortSignal,
  doing: HookRun['doing'],
): Promise<string[]> {
  doing('waiting until an announcement arrives');
  const [recipe] = ports.recipes;
  const lost = images.find(({ before }) => before.records.length === 0);
  if (recipe === undefined || lost === undefined) return [];
  const id = imageId({ bucket: ports.bucket, key: lost.key });
  for (const until = ports.now().getTime() + TO_ARRIVE_MS; ;) {
    if ((await ports.readRecord(id, recipe.name)) !== undefined) return [];
    if (deadline.aborted || ports.now().getTime() >= until) {
      return [`${lost.name}: it was announced, and has no record after ${TO_ARRIVE_MS / 1_000} s`];
    }
    await ports.pause(500);
  }
}

/** Of this version, before Lambda retried; or of runs that were killed long ago. */
async function deleteLeftoverTrials(ports: ReconciliationPorts, own: string): Promise<void> {
  try {
    const left = (await ports.listPictures()).filter(
      ({ key, lastModified }) => key.startsWith(own) || ports.now().getTime() - Date.parse(lastModified) > LEFTOVER_AGE,
    );
    const folders = left.flatMap(({ key }) => new RegExp(`^.*/${FOLDER}`, 'u').exec(key)?.[0] ?? []);
    for (const folder of new Set([...folders, own])) await deleteTrial(ports, keysOfTrial(folder));
  } catch (error) {
    ports.log.warn('could not look for what earlier trials have left', error);
  }
}

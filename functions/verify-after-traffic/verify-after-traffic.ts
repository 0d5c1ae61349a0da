import type { RecipeName } from '../shared/images/recipe.ts';
import { countNewDeadLetters, checkAlarms } from './release-checks.ts';
import type { Ports, Release } from './ports.ts';
import type { Canary, Report } from './report.ts';
import { sendCanary } from './send-canary.ts';

/** One run, as shared/lambda/hook.ts gives it. */
export type Run = {
  deploymentId: string;
  deadline: AbortSignal;
  doing: (what: string) => void;
  setVerdict: (verdict: Verdict) => void;
};

/** The release is done if nothing failed. `report` is the URI of the whole story. */
export type Verdict = { failures: string[]; report?: string };

/** Images to send until one meets the new version: Lambda promises no moment at which the last of its hosts knows the alias's new weights. */
const CANARIES = 3;

/**
 * Once all traffic has gone to the new version: sends an image the whole way, through both paths, and looks whether an alarm fired or a
 * dead letter was added since the release began. What could not be looked at is a failure as well.
 */
export async function verifyAfterTraffic(ports: Ports, run: Run): Promise<Verdict> {
  const { deploymentId, doing, setVerdict } = run;
  const startedAt = ports.now().toISOString();
  doing('asking what is deployed');
  const release = await ports.describeDeployment(deploymentId);
  const { functionName, currentVersion, targetVersion } = release;
  const recipe = ports.recipeOf(functionName);
  if (recipe === undefined && !ports.hasNoImages(functionName))
    return { failures: [`no image goes through the function ${functionName}`] };

  type MayFail<Found> = Partial<Found> & { failures: string[] };
  const orFail = async <Found extends { failures: string[] }>(
    what: string,
    look: () => Promise<Found>,
  ): Promise<MayFail<Found>> =>
    look().catch((error: unknown) => {
      ports.warn(what, error);
      return { failures: [`failed at ${what}: ${String(error)}`] } as MayFail<Found>;
    });
  doing('sending an image the whole way');
  // What is invoked by a schedule only has been tried before; here it is asked whether anything else has suffered.
  const sent: MayFail<{ canaries: Canary[] }> =
    recipe === undefined
      ? { failures: [] }
      : await orFail('sending an image the whole way', () => sendCanaries(ports, run, release, recipe));
  // Whatever the guards say, and however long they take to say it, the release has failed.
  if (sent.failures.length > 0) setVerdict({ failures: sent.failures });

  doing('looking at the alarms and counting dead letters');
  const [guards, letters] = await Promise.all([
    orFail('looking at the alarms', () => checkAlarms(ports, release)),
    orFail('counting dead letters', () => countNewDeadLetters(ports, deploymentId)),
  ]);
  const failures = [sent, guards, letters].flatMap((found) => found.failures);
  setVerdict({ failures });

  const report: Report = {
    hook: 'verify-after-traffic',
    verdict: failures.length === 0 ? 'Succeeded' : 'Failed',
    failures,
    ...{ deploymentId, functionName, currentVersion, targetVersion },
    ...(recipe && { recipe }),
    ...{ startedAt, endedAt: ports.now().toISOString() },
    canaries: sent.canaries ?? [],
    ...(guards.alarms && { alarms: guards.alarms }),
    ...(letters.deadLetters && { deadLetters: letters.deadLetters }),
  };
  doing('writing the report');
  const uri = await ports.writeReport(deploymentId, report).catch((error: unknown) => {
    ports.warn('writing the report', error);
    return undefined;
  });
  return { failures, ...(uri !== undefined && { report: uri }) };
}

async function sendCanaries(
  ports: Ports,
  { deploymentId, deadline, doing }: Run,
  { currentVersion, targetVersion }: Release,
  recipe: RecipeName,
): Promise<{ canaries: Canary[]; failures: string[] }> {
  const canaries: Canary[] = [];
  for (;;) {
    const canary = await sendCanary(ports, deploymentId, deadline);
    canaries.push(canary);
    const failures = canary.recipes.flatMap(({ recipe: name, problems }) =>
      problems.map((problem) => `${canary.key}, ${name}: ${problem}`),
    );
    const released = canary.recipes.find(({ recipe: name }) => name === recipe);
    const by = released?.processedBy;
    if (failures.length > 0 || by === undefined || by === targetVersion) return { canaries, failures };
    if (by !== currentVersion || canaries.length === CANARIES || deadline.aborted) {
      const problem = `made by version ${by} instead of ${targetVersion}`;
      return { canaries, failures: [`${canary.key}, ${recipe}: ${problem} (image ${canaries.length} that was sent)`] };
    }
    doing(`sending image ${canaries.length + 1}, since the one before met version ${by}`);
  }
}

import { reportHead, withReport } from '../shared/releases/report.ts';
import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import { countNewDeadLetters, checkAlarms } from './release-checks.ts';
import type { Ports, Release } from './ports.ts';
import type { Canary, Report } from './report.ts';
import { sendCanary } from './send-canary.ts';

/** Images to send until one reaches the new version: Lambda does not guarantee when the last of its hosts knows the alias's new weights. */
const CANARIES = 3;

/**
 * After all traffic shifted to the new version: sends an image end to end, through both paths, and checks whether an alarm fired or a dead
 * letter was added since the release started. A check that cannot be made is a failure as well.
 */
export async function verifyAfterTraffic(ports: Ports, run: HookRun): Promise<Verdict> {
  const { deploymentId, doing, setVerdict } = run;
  const startedAt = ports.now().toISOString();
  doing('asking what is deployed');
  const release = await ports.describeDeployment(deploymentId);
  const { functionName } = release;
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
  // A function that only a schedule invokes was tried before; this checks whether anything else is affected.
  const sent: MayFail<{ canaries: Canary[] }> =
    recipe === undefined
      ? { failures: [] }
      : await orFail('sending an image the whole way', () => sendCanaries(ports, run, release, recipe));
  // The release failed, regardless of the other checks and of how long they take.
  if (sent.failures.length > 0) setVerdict({ failures: sent.failures });

  doing('looking at the alarms and counting dead letters');
  const [guards, letters] = await Promise.all([
    orFail('looking at the alarms', () => checkAlarms(ports, release)),
    orFail('counting dead letters', () => countNewDeadLetters(ports, deploymentId)),
  ]);
  const failures = [sent, guards, letters].flatMap((found) => found.failures);
  setVerdict({ failures });

  const report: Report = {
    ...reportHead('verify-after-traffic', deploymentId, release, failures, {
      startedAt,
      endedAt: ports.now().toISOString(),
    }),
    ...(recipe && { recipe }),
    canaries: sent.canaries ?? [],
    ...(guards.alarms && { alarms: guards.alarms }),
    ...(letters.deadLetters && { deadLetters: letters.deadLetters }),
  };
  doing('writing the report');
  return withReport(
    failures,
    () => ports.writeReport(deploymentId, report),
    (error) => ports.warn('writing the report', error),
  );
}

async function sendCanaries(
  ports: Ports,
  { deploymentId, deadline, doing }: HookRun,
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

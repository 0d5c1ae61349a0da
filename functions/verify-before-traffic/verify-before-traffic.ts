import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import { recipes } from '../shared/images/recipe.ts';
import { reportHead, withReport } from '../shared/releases/report.ts';
import { countDeadLetters } from './count-dead-letters.ts';
import { cleanUp, deleteLeftovers } from './clean-up.ts';
import { compareDurations } from './durations.ts';
import type { Target } from './attempt.ts';
import type { Ports } from './ports.ts';
import type { PictureReport, Report } from './report.ts';
import { reportPicture } from './report-picture.ts';
import { newTrial, runTrial, type Trial } from './trial.ts';
import { failuresOf } from './verdict.ts';

/**
 * Invokes a version that has no user traffic yet with pictures whose results are known, and compares the results. Writes a report and deletes
 * the pictures before it ends; the verdict is set before both.
 */
export async function verifyBeforeTraffic(ports: Ports, run: HookRun): Promise<Verdict> {
  const { deploymentId, deadline, doing, setVerdict } = run;
  const startedAt = ports.now().toISOString();
  doing('asking what is deployed');
  const deployment = await ports.describeDeployment(deploymentId);
  const { functionName, currentVersion, targetVersion } = deployment;
  if (functionName === ports.reconciler.functionName) return ports.reconciler.verify(run, deployment);
  const recipe = ports.recipeOf(functionName);
  if (recipe === undefined) return { failures: [`there are no golden pictures for the function ${functionName}`] };

  doing('counting dead letters');
  const deadLetters = await countDeadLetters(ports);
  doing('clearing away what earlier runs have left');
  await deleteLeftovers(ports, deploymentId);

  const target: Target = { deploymentId, functionName, recipe, version: targetVersion };
  const serving = currentVersion === targetVersion ? undefined : { ...target, version: currentVersion };
  const trial = newTrial();
  const ended = await untilDeadline(deadline, doing, (tell) =>
    runTrial({ ports, target, ...(serving && { serving }), deadline, doing: tell }, trial),
  );
  const untried = ports.pictures.filter((picture) => !trial.attempts.has(picture)).map(({ name }) => name);

  const recipeVersion = versionOf(trial) ?? recipes[recipe].version;
  doing('judging what came of the pictures');
  const pictures = await reportPictures(ports, target, recipeVersion, trial);
  const [duration, durationOfLarge] = [trial.durations, trial.durationsOfLarge].map(compareDurations);
  const compared = { ...(duration && { duration }), ...(durationOfLarge && { durationOfLarge }) };
  const failures = failuresOf(pictures, {
    ...{ recipe, recipeVersion, gaveUp: trial.gaveUp, ...ended },
    isKnown: ports.expectationsOf(recipe, recipeVersion) !== undefined,
    ...compared,
    untried,
  });
  setVerdict({ failures });

  const report: Report = {
    ...reportHead('verify-before-traffic', deploymentId, deployment, failures, {
      startedAt,
      endedAt: ports.now().toISOString(),
    }),
    ...{ recipe, recipeVersion },
    ...compared,
    ...(deadLetters && { deadLetters }),
    pictures,
  };
  doing('writing the report');
  const verdict = await withReport(
    failures,
    () => ports.writeReport(deploymentId, report),
    (error) => ports.log.warn('could not write the report', error),
  );
  setVerdict(verdict);
  // Before the report to CodeDeploy: nothing of this is needed once the release continues. Pictures that are still being processed stay for
  // the next run, which finds by them what their invocations write later.
  doing('clearing away the pictures');
  await cleanUp(ports, [...trial.ended]);
  return verdict;
}

/** Waits for the work until the deadline. Returns the step at which time ran out or the work failed: both leave something to report. */
async function untilDeadline(
  deadline: AbortSignal,
  doing: HookRun['doing'],
  work: (doing: HookRun['doing']) => Promise<void>,
): Promise<{ ranOutAt?: string; brokeOff?: { at: string; error: unknown } }> {
  let at = 'its beginning';
  const passed = new Promise<'passed'>((resolve) => {
    if (deadline.aborted) resolve('passed');
    deadline.addEventListener('abort', () => resolve('passed'), { once: true });
  });
  const working = work((what) => {
    at = what;
    doing(what);
  });
  try {
    const result = await Promise.race([passed, working]);
    return result === 'passed' ? { ranOutAt: at } : {};
  } catch (error) {
    return { brokeOff: { at, error } };
  }
}

/** The recipe version of the new version, as its records say. */
function versionOf({ attempts }: Trial): number | undefined {
  const versions = [...attempts.values()].flatMap(({ got }) => got.record?.recipeVersion ?? 0);
  return versions.find((version) => version > 0);
}

async function reportPictures(
  ports: Ports,
  target: Target,
  recipeVersion: number,
  trial: Trial,
): Promise<PictureReport[]> {
  const expectations = ports.expectationsOf(target.recipe, recipeVersion) ?? {};
  const reports: PictureReport[] = [];
  for (const picture of ports.pictures) {
    const attempted = trial.attempts.get(picture);
    const expected = expectations[picture.name];
    if (attempted === undefined || expected === undefined) continue;
    reports.push(await reportPicture(ports, target, picture, expected, attempted, recipeVersion));
  }
  return reports;
}

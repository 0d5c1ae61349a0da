import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describeAlarms } from '../aws/alarms.ts';
import { readAlias, type Serving } from '../aws/code.ts';
import { readCounts, since, type Counts } from '../aws/counts.ts';
import { hasEnded, readProgress } from '../aws/deployments.ts';
import type { Released, Stack } from '../aws/stack.ts';
import type { Alarm, HookReport, Release, Story } from '../story.ts';

/** The release of one function, and its entry in the story. */
export type ObservedRelease = { released: Released; release: Release };

export type Observer = {
  /** Reads the current state and writes it into the story. */
  observe: () => Promise<void>;
};

/** Writes the state of the releases on AWS into a story. `began` is the start of the story, ms since 1970. */
export async function createObserver(
  stack: Stack,
  story: Story,
  observed: readonly ObservedRelease[],
  began: number,
): Promise<Observer> {
  const at = (): number => Date.now() - began;
  const versionsOf = ({ name }: Released): string[] =>
    observed
      .filter(({ released }) => released.name === name)
      .flatMap(({ release }) => [release.oldVersion, release.newVersion]);
  // The old version was invoked before the story started.
  const functions = observed.map(({ released }) => released);
  const before = await readCounts(stack, functions, versionsOf, began);
  story.alarms = [...stack.alarms].map(([physical, name]) => ({
    name,
    stopsRelease: stack.rollbackAlarms.includes(physical),
    states: [],
  }));

  async function observe(): Promise<void> {
    const [counts] = await Promise.all([
      readCounts(stack, functions, versionsOf, began),
      observeAlarms(),
      ...observed.map(async ({ released, release }) => {
        const [progress, serving] = await Promise.all([
          hasEnded(release) ? undefined : readProgress(stack.aws.codeDeploy, release.deploymentId, began),
          readAlias(stack.aws.lambda, released.functionName),
        ]);
        Object.assign(release, progress);
        addShare(release, serving, at());
        if (release.report === undefined && hasReported(release)) {
          const report = await readReport(stack, release.deploymentId);
          Object.assign(release, report && { report });
        }
      }),
    ]);
    for (const { released, release } of observed)
      addCounts(release, before, counts.get(released.functionName), released);
    story.lastedMs = at();
  }

  function addCounts(
    release: Release,
    earlier: ReadonlyMap<string, Counts>,
    now: Counts | undefined,
    { functionName }: Released,
  ): void {
    const byVersion = since(earlier.get(functionName), now ?? {});
    release.counts.push({ at: at(), byVersion });
  }

  async function observeAlarms(): Promise<void> {
    for (const { AlarmName: name = '', StateValue: state, StateUpdatedTimestamp: changed } of await describeAlarms(
      stack.aws.cloudWatch,
      [...stack.alarms.keys()],
    )) {
      const alarm = story.alarms.find((one) => one.name === stack.alarms.get(name));
      if (alarm !== undefined && state !== undefined) addState(alarm, state, (changed?.getTime() ?? 0) - began);
    }
  }

  return { observe };
}

/** A state from before the story counts from its start. */
function addState(alarm: Alarm, state: Alarm['states'][number]['state'], changedAt: number): void {
  const last = alarm.states.at(-1);
  if (last?.state !== state) alarm.states.push({ at: Math.max(0, changedAt), state });
}

/** Adds the share if it changed. */
function addShare(release: Release, { version, others }: Serving, at: number): void {
  const share = version === release.newVersion ? 1 : (others[release.newVersion] ?? 0);
  const last = release.weights.at(-1);
  if (last?.share !== share) release.weights.push({ at, share });
}

/** Whether the first hook reported its result, or no report can follow. */
function hasReported(release: Release): boolean {
  const status = release.lifecycleEvents.find(({ name }) => name === 'BeforeAllowTraffic')?.status;
  return hasEnded(release) || status === 'Succeeded' || status === 'Failed';
}

/** Reads the report of the first hook, which has the pictures; undefined until the hook wrote it. */
async function readReport({ aws, thumbnailsBucket }: Stack, deploymentId: string): Promise<HookReport | undefined> {
  const key = `reports/${deploymentId}/verify-before-traffic.json`;
  try {
    const { Body: body } = await aws.s3.send(new GetObjectCommand({ Bucket: thumbnailsBucket, Key: key }));
    return JSON.parse((await body?.transformToString()) ?? '') as HookReport;
  } catch (error) {
    if ((error as Error).name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/**
 * Whether every deployment has ended and each alias points to one version only. On AWS, a rollback ends shortly after its deployment. If
 * one deployment failed, no new version may receive traffic.
 */
export function isOver(observed: readonly ObservedRelease[]): boolean {
  const hasFailed = observed.some(({ release: { status } }) => status === 'Failed' || status === 'Stopped');
  return observed.every(
    ({ release }) => hasEnded(release) && (release.weights.at(-1)?.share ?? 0) === (hasFailed ? 0 : 1),
  );
}

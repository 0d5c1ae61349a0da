import { GetObjectCommand } from '@aws-sdk/client-s3';
import { describeAlarms } from '../aws/alarms.ts';
import { readAlias, type Serving } from '../aws/code.ts';
import { readCounts, since, type Counts } from '../aws/counts.ts';
import { hasEnded, readProgress } from '../aws/deployments.ts';
import type { Released, Stack } from '../aws/stack.ts';
import type { Alarm, HookReport, Release, Story } from '../story.ts';

/** One function's release, and what its story is. */
export type ObservedRelease = { released: Released; release: Release };

export type Observer = {
  /** Looks at everything once and writes it into the story. */
  observe: () => Promise<void>;
};

/** Writes into a story what AWS tells of its releases. `began` is when the story began, ms since 1970. */
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
  // The old version has worked before.
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

/** An alarm that has been so since before the story is so from its beginning on. */
function addState(alarm: Alarm, state: Alarm['states'][number]['state'], changedAt: number): void {
  const last = alarm.states.at(-1);
  if (last?.state !== state) alarm.states.push({ at: Math.max(0, changedAt), state });
}

/** A step has two corners: what was until now, and what is. */
function addShare(release: Release, { version, others }: Serving, at: number): void {
  const share = version === release.newVersion ? 1 : (others[release.newVersion] ?? 0);
  const last = release.weights.at(-1);
  if (last?.share !== share) release.weights.push({ at, share });
}

/** Has the first hook said what it found, or is there nothing more to wait for? */
function hasReported(release: Release): boolean {
  const status = release.lifecycleEvents.find(({ name }) => name === 'BeforeAllowTraffic')?.status;
  return hasEnded(release) || status === 'Succeeded' || status === 'Failed';
}

/** Undefined while the hook has not written it. The report of the first hook: it has the pictures. */
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
 * Has every deployment ended, and does each alias serve one version only? On AWS a rollback takes a moment longer than its deployment. When
 * one has failed, none is to have any traffic.
 */
export function isOver(observed: readonly ObservedRelease[]): boolean {
  const hasFailed = observed.some(({ release: { status } }) => status === 'Failed' || status === 'Stopped');
  return observed.every(
    ({ release }) => hasEnded(release) && (release.weights.at(-1)?.share ?? 0) === (hasFailed ? 0 : 1),
  );
}

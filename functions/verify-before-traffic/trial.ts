import { attempt, imageOf, type Attempted, type Target } from './attempt.ts';
import { compareDurations, isTooSlow, type Pair } from './durations.ts';
import type { GoldenPicture } from './golden.ts';
import type { Ports } from './ports.ts';

/** What a trial found so far. It grows during the trial, and is also read when time runs out. */
export type Trial = {
  attempts: Map<GoldenPicture, Attempted>;
  /** Of pictures that both versions made ready, by the same recipe version; and of the large one, so often. */
  durations: Pair[];
  durationsOfLarge: Pair[];
  /** The function itself failed repeatedly: the rest was not tried. */
  gaveUp: boolean;
  /** Keys in VerificationBucket of all pictures that either version received, and of those, the ones no longer being processed. */
  begun: Set<string>;
  ended: Set<string>;
};

/** Everything that a trial needs. `serving` is absent if there is no other version to compare with. */
export type Setting = {
  ports: Ports;
  target: Target;
  serving?: Target;
  deadline: AbortSignal;
  /** Records the current step. */
  doing: (what: string) => void;
};

/** The number of pictures, the first ones, that the live version receives too, to compare durations; and how often the large one. */
const COMPARED = 5;
const LARGE_ONES = 3;

/** More would be throttled in a new account, and compete for the two cores of a small machine. */
const MAX_CONCURRENCY = 2;

const FUNCTION_ERRORS_IN_A_ROW = 3;

export function newTrial(): Trial {
  return {
    attempts: new Map(),
    durations: [],
    durationsOfLarge: [],
    gaveUp: false,
    begun: new Set(),
    ended: new Set(),
  };
}

/**
 * Invokes the new version with the golden pictures. The first invocation of each version is a warm-up and is not measured. The pictures that
 * are compared go to both versions in turn; then the others follow. A duration that seems too slow is measured again, and only the second
 * one counts: a busy machine is rarely busy twice. Starts nothing more after the deadline, or once the function crashed repeatedly.
 */
export async function runTrial(setting: Setting, trial: Trial): Promise<void> {
  const { ports, deadline, doing } = setting;
  let hasBrokenOff = false;
  const isOver = () => deadline.aborted || trial.gaveUp || hasBrokenOff;
  const runNew = newVersion(setting, trial);
  const runServing = servingVersion(setting, trial);

  const [first] = ports.pictures;
  if (first === undefined) throw new Error('there are no golden pictures');
  if (isOver()) return;
  const warmUp = { ...first, name: 'warm-up' };
  doing('the warm-up');
  await Promise.all([runNew(warmUp), runServing(warmUp)]);

  const runAndRecord = async (picture: GoldenPicture) => {
    doing(`picture ${picture.name}`);
    const made = await runNew(picture);
    trial.attempts.set(picture, made);
    return made;
  };
  const takeTurns = async (pictures: readonly GoldenPicture[], give: Give<Attempted>): Promise<Pair[]> => {
    const pairs: Pair[] = [];
    for (const picture of pictures) {
      if (isOver()) break;
      const made = await give(picture);
      const before = isOver() || !isReady(made) ? undefined : await runServing(picture);
      if (before && before.got.record?.recipeVersion === made.got.record?.recipeVersion) {
        pairs.push({ newMs: made.ms, servingMs: before.ms });
      }
    }
    return pairs;
  };
  const measure = async (pictures: readonly GoldenPicture[], name: string): Promise<Pair[]> => {
    doing(`measuring ${name}`);
    // Under separate names: an image that is up to date is not processed again.
    return takeTurns(
      pictures.map((picture, n) => ({ ...picture, name: `${name.replaceAll(' ', '-')}-${n}-${picture.name}` })),
      runNew,
    );
  };
  const unlessSlow = async (pairs: Pair[], again: () => Promise<Pair[]>): Promise<Pair[]> => {
    if (!isTooSlow(pairs)) return pairs;
    const second = await again();
    return compareDurations(second) === undefined ? pairs : second;
  };

  const compared = ports.pictures.slice(0, COMPARED);
  trial.durations = await takeTurns(compared, runAndRecord);
  trial.durations = await unlessSlow(trial.durations, () => measure(compared, 'again'));
  const large = ports.pictures.find(({ isLarge }) => isLarge);
  if (large !== undefined && trial.durations.length > 0 && !isTooSlow(trial.durations)) {
    const copies = Array.from({ length: LARGE_ONES }, () => large);
    trial.durationsOfLarge = await measure(copies, 'a large picture');
    trial.durationsOfLarge = await unlessSlow(trial.durationsOfLarge, () => measure(copies, 'a large picture again'));
  }
  const others = ports.pictures.slice(COMPARED).values();
  const workers = Array.from({ length: MAX_CONCURRENCY }, async () => {
    for (const picture of others) {
      if (isOver()) return;
      await runAndRecord(picture);
    }
  });
  try {
    await Promise.all(workers);
  } finally {
    hasBrokenOff = true;
  }
}

type Give<Result> = (picture: GoldenPicture) => Promise<Result>;

function newVersion({ ports, target, deadline }: Setting, trial: Trial): Give<Attempted> {
  let errorsInARow = 0;
  return async (picture) => {
    const attempted = await noted(trial, imageOf(ports, target, picture).key, () =>
      attempt(ports, target, picture, deadline, true),
    );
    errorsInARow = attempted.isFunctionError ? errorsInARow + 1 : 0;
    if (errorsInARow >= FUNCTION_ERRORS_IN_A_ROW) trial.gaveUp = true;
    return attempted;
  };
}

/** Once the live version fails, it is not invoked again: its failure is not a reason to reject the version that may fix it. */
function servingVersion({ ports, serving, deadline }: Setting, trial: Trial): Give<Attempted | undefined> {
  let works = serving !== undefined;
  return async (picture) => {
    if (!works || serving === undefined) return undefined;
    try {
      const attempted = await noted(trial, imageOf(ports, serving, picture).key, () =>
        attempt(ports, serving, picture, deadline, false),
      );
      works = isReady(attempted);
      return works ? attempted : undefined;
    } catch (error) {
      works = false;
      ports.log.warn(`could not compare with the serving version ${serving.version}`, error);
      return undefined;
    }
  };
}

async function noted<Result>(trial: Trial, key: string, work: () => Promise<Result>): Promise<Result> {
  trial.begun.add(key);
  const result = await work();
  trial.ended.add(key);
  return result;
}

function isReady({ got }: Attempted): boolean {
  return got.failure === undefined && got.record?.status === 'ready';
}

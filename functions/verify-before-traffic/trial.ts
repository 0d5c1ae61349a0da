import { attempt, imageOf, type Attempted, type Target } from './attempt.ts';
import { compareDurations, isTooSlow, type Pair } from './durations.ts';
import type { GoldenPicture } from './golden.ts';
import type { Ports } from './ports.ts';

/** What a trial has found so far. It grows while the trial goes on, and is read when time runs out, too. */
export type Trial = {
  attempts: Map<GoldenPicture, Attempted>;
  /** Of pictures that both versions made ready, by the same recipe version; and of the large one, so often. */
  durations: Pair[];
  durationsOfLarge: Pair[];
  /** The function failed as a whole, again and again: the rest was not tried. */
  gaveUp: boolean;
  /** Keys in VerificationBucket of what was given to either version, and of those, what is not worked on any longer. */
  begun: Set<string>;
  ended: Set<string>;
};

/** Everything that a trial needs. `serving` is absent where there is no other version to compare with. */
export type Setting = {
  ports: Ports;
  target: Target;
  serving?: Target;
  deadline: AbortSignal;
  /** Says what is being done. */
  doing: (what: string) => void;
};

/** So many of the pictures, the first ones, are given to the serving version as well, to compare durations; the large one so often. */
const COMPARED = 5;
const LARGE_ONES = 3;

/** More would be throttled in a new account, and fight for the two cores of a small machine. */
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
 * Gives the golden pictures to the new version. The first invocation of either version is a warm-up that counts for nothing; the pictures
 * that are compared go to both by turns; then the others follow. What looks too slow is measured once more, and that counts: a busy machine
 * is seldom busy twice. Begins nothing more once the deadline has passed, or the function has crashed so often that it would crash again.
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
    // Under names of their own: of what has been made already, nothing is made again.
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

/** Once the serving version has failed, it is left alone: how it does is no reason to refuse the version that may mend it. */
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

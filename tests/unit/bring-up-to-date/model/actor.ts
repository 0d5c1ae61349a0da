import type { Image } from '../../../../functions/shared/images/image.ts';
import type { Recipe } from '../../../../functions/shared/images/recipe.ts';
import type { OpenAttempt } from '../../../../functions/shared/images/record.ts';
import type { Interleaver } from './interleaver.ts';
import type { Judge } from './judge.ts';
import type { Fault } from './scenario.ts';
import type { World } from './world.ts';

/** The one image that everything is about: images do not meet. */
export const image: Image = { bucket: 'uploads', key: 'users/ann/cat.jpg' };

/** The timeout of every function that makes outputs, ms. */
export const TIMEOUT = 30_000;

/** What one schedule is played on. */
export type Simulation = {
  world: World;
  interleaver: Interleaver;
  judge: Judge;
  faults: Map<number, Fault['kind']>;
  /** How many steps have been taken that may fail. */
  steps: number;
  /** Nothing has failed so far. */
  isCalm: boolean;
  /** The version that serves alone, once the release is over. */
  serving?: number;
  /** Every event has reached somebody who came to an end with it. */
  isDelivered: boolean;
};

/** One invocation of a function. */
export type Actor = {
  id: number;
  version: string;
  recipe: Recipe;
  startedAt: number;
  /** ms; TIMEOUT where none is given. */
  timeoutMs?: number;
  alive: boolean;
  /** It died, or a port failed: what it noted it may not have taken out. */
  disorderly: boolean;
  attempts: OpenAttempt[];
  /** What becomes of the event once the actor is dead. */
  whenDead: () => void;
};

/** Does something in the world when it is the actor's turn. `repeated` is what the client asks again after a lost answer. */
export type Step = <T>(effect: () => T, repeated?: (first: T) => T) => Promise<T>;

/** The steps of one actor: each waits for its turn, and may fail, or be the last. */
export function stepsOf(simulation: Simulation, actor: Actor): Step {
  return async (effect, repeated = (first) => first) => {
    await simulation.interleaver.turn(actor.id);
    // Lambda kills what takes too long.
    if (simulation.world.clock.now - actor.startedAt >= (actor.timeoutMs ?? TIMEOUT)) return die(simulation, actor);
    const fault = simulation.faults.get(simulation.steps++);
    if (fault !== undefined) simulation.isCalm = false;
    if (fault === 'dies before') return die(simulation, actor);
    if (fault === 'throws before') throw failure(actor);
    const result = effect();
    if (fault === 'dies after') return die(simulation, actor);
    if (fault === 'throws after') throw failure(actor);
    return fault === 'repeats' ? repeated(result) : result;
  };
}

/** Nothing of a dead process ever comes to an end. */
export function die(simulation: Simulation, actor: Actor): Promise<never> {
  simulation.isCalm = false;
  actor.disorderly = true;
  actor.alive = false;
  actor.whenDead();
  return new Promise<never>(() => undefined);
}

function failure(actor: Actor): Error {
  actor.disorderly = true;
  return new Error('the network failed');
}

import { TIMEOUT, type Actor } from './actor.ts';
import type { Interleaver } from './interleaver.ts';
import type { Judge } from './judge.ts';
import type { Fault } from './scenario.ts';
import type { World } from './world.ts';

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

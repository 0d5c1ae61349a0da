import { seeded } from './random.ts';

/**
 * Who goes next. `random`: anybody. `directed`: always the one of highest priority, which loses it at `changes` moments of a
 * schedule: so one actor is left standing at an unlucky point while all the others run to their end, which dice hardly ever throw.
 */
export type Strategy = { kind: 'random'; seed: number } | { kind: 'directed'; seed: number; changes: number };

type Task = { actor: number; run: () => void };

/** About as many steps as a schedule has; the moments of change fall into them. */
const TYPICAL_STEPS = 60;

/** Runs the steps of several actors one at a time, in an order that the strategy alone decides. */
export function createInterleaver(strategy: Strategy) {
  const choose = seeded(strategy.seed);
  const tasks: Task[] = [];
  const priorities = new Map<number, number>();
  const changes = new Set<number>();
  if (strategy.kind === 'directed') {
    for (let n = 0; n < strategy.changes; n++) changes.add(choose(TYPICAL_STEPS));
  }
  let steps = 0;
  let lowest = 0;

  /** Resolves when it is this actor's turn; never, if the actor is gone by then. */
  function turn(actor: number): Promise<void> {
    return new Promise((resolve) => tasks.push({ actor, run: resolve }));
  }

  /** Does `run` as a step of its own, some time. */
  function later(actor: number, run: () => void): void {
    tasks.push({ actor, run });
  }

  /** Runs until nobody has anything left to do. */
  async function untilQuiet(beforeEach: () => void): Promise<void> {
    for (;;) {
      await allSettled();
      if (tasks.length === 0) return;
      beforeEach();
      const [task] = tasks.splice(next(), 1);
      steps++;
      task?.run();
    }
  }

  function next(): number {
    if (strategy.kind === 'random') return choose(tasks.length);
    let best = highest();
    if (changes.has(steps)) {
      priorities.set(tasks[best]?.actor ?? 0, --lowest);
      best = highest();
    }
    return best;
  }

  function highest(): number {
    let best = 0;
    for (const [index, { actor }] of tasks.entries()) {
      if (priorityOf(actor) > priorityOf(tasks[best]?.actor ?? 0)) best = index;
    }
    return best;
  }

  function priorityOf(actor: number): number {
    const known = priorities.get(actor);
    if (known !== undefined) return known;
    const drawn = 1 + choose(1_000_000);
    priorities.set(actor, drawn);
    return drawn;
  }

  return { choose, turn, later, untilQuiet, steps: () => steps };
}

export type Interleaver = ReturnType<typeof createInterleaver>;

/** Microtasks all run before an immediate does. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

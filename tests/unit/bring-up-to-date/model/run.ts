import type { Ports as ReconcilePorts } from '../../../../functions/reconcile-images/ports.ts';
import { readOptions, type Options } from '../../../../functions/reconcile-images/options.ts';
import { reconcileImages } from '../../../../functions/reconcile-images/reconcile-images.ts';
import { bringUpToDate } from '../../../../functions/shared/bring-up-to-date/bring-up-to-date.ts';
import type { Ports } from '../../../../functions/shared/bring-up-to-date/ports.ts';
import { thumbnails, type Recipe } from '../../../../functions/shared/images/recipe.ts';
import { createInterleaver } from './interleaver.ts';
import { createJudge } from './judge.ts';
import { reconcilerPorts } from './reconciler.ts';
import type { Action, Scenario } from './scenario.ts';
import { image, TIMEOUT, type Actor } from './actor.ts';
import type { Simulation } from './steps.ts';
import { workerPorts } from './worker.ts';
import { createWorld } from './world.ts';

/** A protocol that looks right and is not, as a change to what one invocation sees of the world. */
export type Mutation = { worker?: (ports: Ports) => Ports; reconciler?: (ports: ReconcilePorts) => ReconcilePorts };

/** What the API does besides, once it has deleted the original: an invocation of its own, which nobody tries again. */
export type AfterDelete = (ports: Ports, recipe: Recipe) => Promise<unknown>;

/** What a step takes, and what a lapse does, ms: longer than any invocation, than an image is granted, than an output is spared. */
const STEP = 50;
const LAPSE = 2 * 3_600_000;
/** How often a delivery is tried: Lambda tries an asynchronous invocation again twice. */
const TRIES = 3;
/** As the schedule runs it once a day. */
const options: Options = { ...readOptions({ pass: 'full' }), deletes: true };

/**
 * Plays one schedule of the real use cases and says what is wrong with how it went, or ended: [] is right.
 * The same scenario always gives the same schedule.
 */
export async function play(scenario: Scenario, mutation: Mutation = {}, afterDelete?: AfterDelete): Promise<string[]> {
  const world = createWorld(scenario.versioned);
  const judge = createJudge(world);
  const interleaver = createInterleaver(scenario.strategy);
  const faults = new Map(scenario.faults.map(({ atStep, kind }) => [atStep, kind]));
  const simulation: Simulation = { world, judge, interleaver, faults, steps: 0, isCalm: true, isDelivered: true };
  const deadline = new AbortController().signal;
  let actors = 0;

  /** Begins an invocation at a moment of the strategy's choice. */
  function invoke(version: string, work: (actor: Actor) => Promise<unknown>, whenDead: () => void): void {
    const id = ++actors;
    interleaver.later(id, () => {
      const recipe = { ...thumbnails, outputs: thumbnails.outputs.slice(0, 2), version: 1 };
      if (version === '2' && scenario.newRecipe) recipe.version = 2;
      const actor: Actor = {
        id,
        version,
        recipe,
        startedAt: world.clock.now,
        alive: true,
        disorderly: false,
        attempts: [],
        whenDead,
      };
      work(actor).then(
        () => (actor.alive = false),
        () => {
          actor.alive = false;
          whenDead();
        },
      );
    });
  }

  function deliver(versions: readonly string[], tries = 1): void {
    const version = versions[(tries - 1) % versions.length] ?? '1';
    const work = (actor: Actor) => {
      const ports = workerPorts(simulation, actor);
      const worker = { version, timeoutMs: TIMEOUT, deadline };
      return bringUpToDate(mutation.worker?.(ports) ?? ports, worker, image, actor.recipe);
    };
    invoke(version, work, () => {
      if (tries < TRIES) deliver(versions, tries + 1);
      else simulation.isDelivered = false;
    });
  }

  function reconcile(versions: readonly string[]): void {
    const work = (actor: Actor) => {
      const ports = reconcilerPorts(simulation, actor, () => deliver(versions));
      return reconcileImages(mutation.reconciler?.(ports) ?? ports, options);
    };
    // A run that dies is no loss: another one comes in an hour.
    invoke(scenario.end === '1' && simulation.serving === 1 ? '1' : '2', work, () => undefined);
  }

  function act(action: Action): void {
    if (action === 'delete') world.remove(image);
    else if (action !== 'lose an output') world.upload(image, action.put);
    else if (world.loseOutput()) simulation.isDelivered = false;
    judge.bucketChanged();
  }

  function userActs(index: number): void {
    const next = scenario.actions[index];
    if (next === undefined) return;
    interleaver.later(0, () => {
      act(next.action);
      if (next.action === 'delete' && afterDelete) {
        invoke(
          '1',
          (actor) => afterDelete(workerPorts(simulation, actor), actor.recipe),
          () => undefined,
        );
      }
      const copies = next.action === 'lose an output' ? 0 : next.journey.copies;
      if (next.journey.copies === 0) simulation.isDelivered = false;
      for (let copy = 0; copy < copies; copy++) deliver(next.journey.versions);
      userActs(index + 1);
    });
  }

  const tick = () => (world.clock.now += STEP);
  userActs(0);
  for (let lapse = 1; lapse <= scenario.lapses; lapse++) interleaver.later(-lapse, () => (world.clock.now += LAPSE));
  for (let run = 0; run < scenario.reconciliations; run++) reconcile(['1', '2']);
  await interleaver.untilQuiet(tick);
  const wasDelivered = simulation.isDelivered;
  if (wasDelivered) judge.converged('all events were delivered');
  if (simulation.isCalm) judge.clean();

  // The release is over, one way or the other. Lost events and dead letters are repaired in a few undisturbed runs.
  faults.clear();
  const { end } = scenario;
  if (end !== 'both') simulation.serving = Number(end);
  for (let round = 0; round < 4; round++) {
    world.clock.now += LAPSE;
    reconcile([end !== 'both' ? end : round % 2 === 0 ? '1' : '2']);
    await interleaver.untilQuiet(tick);
  }
  // Reconciliation sees less of an upload whose event was lost than the event would have told.
  judge.converged('reconciliation', { byListing: !wasDelivered });
  judge.swept();
  if (end !== 'both') judge.served(end);
  return judge.findings;
}

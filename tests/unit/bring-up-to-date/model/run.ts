import { bringUpToDate } from '../../../../functions/shared/bring-up-to-date/bring-up-to-date.ts';
import type { Ports } from '../../../../functions/shared/bring-up-to-date/ports.ts';
import { UnacceptableImageError } from '../../../../functions/shared/images/errors.ts';
import type { Image } from '../../../../functions/shared/images/image.ts';
import type { OpenAttempt } from '../../../../functions/shared/images/record.ts';
import { thumbnails, type Recipe } from '../../../../functions/shared/images/recipe.ts';
import { createInterleaver } from './interleaver.ts';
import { createJudge } from './judge.ts';
import type { Fault, Scenario } from './scenario.ts';
import { createWorld, rendered, type Content } from './world.ts';

/** A protocol that looks right and is not, as a change to what one invocation sees of the world. */
export type Mutation = (ports: Ports) => Ports;

/** The timeout of the functions, ms, and what a step takes. */
export const TIMEOUT = 30_000;
const STEP = 50;
/** How often a delivery is tried: Lambda tries an asynchronous invocation again twice. */
const TRIES = 3;

export const image: Image = { bucket: 'uploads', key: 'users/ann/cat.jpg' };

/** One invocation. */
export type Actor = {
  id: number;
  version: string;
  recipe: Recipe;
  startedAt: number;
  alive: boolean;
  /** It died, or a port failed: what it noted it may not have taken out. */
  disorderly: boolean;
  attempts: OpenAttempt[];
};

/**
 * Plays one schedule of the real use case and says what is wrong with how it ended, or went: [] is right.
 * The same scenario always gives the same schedule.
 */
export async function play(scenario: Scenario, mutate: Mutation = (ports) => ports): Promise<string[]> {
  const world = createWorld(scenario.versioned);
  const interleaver = createInterleaver(scenario.strategy);
  const judge = createJudge(world);
  const faults = new Map(scenario.faults.map(({ atStep, kind }) => [atStep, kind]));
  const deadline = new AbortController().signal;
  let actorIds = 0;
  let workSteps = 0;
  /** Nothing has failed so far; every event has reached somebody who came to an end with it. */
  const so = { calm: true, delivered: true };

  const recipeOf = (version: string): Recipe => ({
    ...thumbnails,
    outputs: thumbnails.outputs.slice(0, 2),
    version: version === '2' && scenario.newRecipe ? 2 : 1,
  });

  function deliver(versions: readonly string[], tries: number): void {
    const id = ++actorIds;
    const version = versions[(tries - 1) % versions.length] ?? '1';
    interleaver.later(id, () => {
      const actor: Actor = {
        id,
        version,
        recipe: recipeOf(version),
        startedAt: world.clock.now,
        alive: true,
        disorderly: false,
        attempts: [],
      };
      const again = () => {
        actor.alive = false;
        if (tries < TRIES) deliver(versions, tries + 1);
        else so.delivered = false;
      };
      const worker = { version, timeoutMs: TIMEOUT, deadline };
      const ports = mutate(portsOf(actor, again));
      bringUpToDate(ports, worker, image, actor.recipe).then(() => (actor.alive = false), again);
    });
  }

  /** The world as one invocation sees it: every step waits for its turn, and may fail, or be the last. */
  function portsOf(actor: Actor, again: () => void): Ports {
    const die = () => {
      so.calm = false;
      actor.disorderly = true;
      again();
      return new Promise<never>(() => undefined);
    };
    const step = async <T>(effect: () => T, repeated: (first: T) => T = (first) => first): Promise<T> => {
      await interleaver.turn(actor.id);
      // Lambda kills what takes too long.
      if (world.clock.now - actor.startedAt >= TIMEOUT) return die();
      const fault: Fault['kind'] | undefined = faults.get(workSteps++);
      if (fault !== undefined) so.calm = false;
      if (fault === 'dies before') return die();
      if (fault === 'throws before') throw failure(actor);
      const result = effect();
      if (fault === 'dies after') return die();
      if (fault === 'throws after') throw failure(actor);
      return fault === 'repeats' ? repeated(result) : result;
    };
    return {
      readRecord: (id, recipe) => step(() => world.read(id, recipe)),
      writeRecord: (record, expected, withdrawn) => {
        const write = () => {
          const before = world.read(record.imageId, record.recipe);
          const result = world.write(record, expected, withdrawn);
          if (result === 'written') judge.wrote(actor, before, record);
          return result;
        };
        return step(write, write);
      },
      noteAttempt: (record, attempt) =>
        step(() => {
          const before = world.read(record.imageId, record.recipe);
          const result = world.note(record, attempt);
          if (result === 'written') judge.noted(actor, before, attempt);
          return result;
        }),
      withdrawAttempt: (id, recipe, attempt) => step(() => world.withdraw(id, recipe, attempt)),
      noteFailure: (record, lastError, attempt) => step(() => world.fail(record, lastError, attempt)),
      headOriginal: (wanted) => step(() => world.head(wanted)),
      readOriginal: (wanted, version) =>
        step(() => {
          const stored = world.get(wanted, version);
          return stored === undefined ? 'changed' : new TextEncoder().encode(`${stored.upload} ${stored.content}`);
        }),
      derive: async (bytes, recipe) => {
        const [upload, content] = contentOf(bytes);
        judge.decodes(actor, upload);
        const kills = content === 'killer' || (content === 'killer of 1' && actor.version === '1');
        const startedAt = world.clock.now;
        await step(() => undefined);
        if (kills) {
          judge.killed(actor, upload, startedAt);
          return die();
        }
        if (content === 'broken') throw new UnacceptableImageError('broken');
        return {
          format: 'jpeg',
          width: 640,
          height: 480,
          description: {},
          outputs: recipe.outputs.map((spec) => ({
            ...spec,
            height: 1,
            bytes: new TextEncoder().encode(rendered(content, recipe)),
          })),
        };
      },
      putOutput: (key, output) => step(() => world.put(key, output)),
      deleteOutputs: (keys) =>
        keys.length === 0
          ? Promise.resolve()
          : step(() => {
              judge.deletes(keys);
              world.discard(keys);
            }),
      now: world.time,
      newAttemptId: () => `attempt-${actor.id}-${actor.attempts.length}`,
      pause: () => step(() => undefined),
    };
  }

  function failure(actor: Actor): Error {
    actor.disorderly = true;
    return new Error('the network failed');
  }

  function userActs(index: number): void {
    const next = scenario.actions[index];
    if (next === undefined) return;
    interleaver.later(0, () => {
      if (next.action === 'delete') world.remove(image);
      else world.upload(image, next.action.put);
      judge.bucketChanged();
      if (next.journey.copies === 0) so.delivered = false;
      for (let copy = 0; copy < next.journey.copies; copy++) deliver(next.journey.versions, 1);
      userActs(index + 1);
    });
  }

  const tick = () => (world.clock.now += STEP);
  userActs(0);
  for (let lapse = 0; lapse < scenario.lapses; lapse++) {
    interleaver.later(-1 - lapse, () => (world.clock.now += TIMEOUT));
  }
  await interleaver.untilQuiet(tick);
  if (so.delivered) judge.converged('all events were delivered');
  if (so.calm) judge.clean();

  // What reconcile-images does for lost events and dead letters is to announce the image again, an hour later.
  faults.clear();
  for (let round = 0; round < 4; round++) {
    world.clock.now += 3_600_000;
    deliver([round % 2 === 0 ? '1' : '2'], 1);
    await interleaver.untilQuiet(tick);
  }
  judge.converged('reconciliation');
  return judge.findings;
}

function contentOf(bytes: Uint8Array): [upload: number, content: Content] {
  const text = new TextDecoder().decode(bytes);
  const space = text.indexOf(' ');
  return [Number(text.slice(0, space)), text.slice(space + 1) as Content];
}

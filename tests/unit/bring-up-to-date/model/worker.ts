import type { Ports } from '../../../../functions/shared/bring-up-to-date/ports.ts';
import { UnacceptableImageError } from '../../../../functions/shared/images/errors.ts';
import type { Actor } from './actor.ts';
import { die, stepsOf, type Simulation } from './steps.ts';
import { rendered, type Content } from './world.ts';

/** The world as one invocation of the use case sees it. */
export function workerPorts(simulation: Simulation, actor: Actor): Ports {
  const { world, judge } = simulation;
  const step = stepsOf(simulation, actor);
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
    addOpenAttempt: (record, attempt) =>
      step(() => {
        const before = world.read(record.imageId, record.recipe);
        const result = world.note(record, attempt);
        if (result === 'written') judge.noted(actor, before, attempt);
        return result;
      }),
    removeOpenAttempt: (id, recipe, attempt) => step(() => world.withdraw(id, recipe, attempt)),
    saveLastError: (record, lastError, attempt) => step(() => world.fail(record, lastError, attempt)),
    headOriginal: (wanted) => step(() => world.head(wanted)),
    readOriginal: (wanted, version) =>
      step(() => {
        const stored = world.get(wanted, version);
        return stored === undefined ? 'changed' : new TextEncoder().encode(`${stored.upload} ${stored.content}`);
      }),
    derive: async (bytes, recipe) => {
      const [upload, content] = contentOf(bytes);
      judge.decodes(actor, upload);
      const startedAt = world.clock.now;
      await step(() => undefined);
      if (content === 'killer' || (content === 'killer of 1' && actor.version === '1')) {
        judge.killed(actor, upload, startedAt);
        return die(simulation, actor);
      }
      if (content === 'broken') throw new UnacceptableImageError('broken');
      const made = new TextEncoder().encode(rendered(content, recipe));
      const outputs = recipe.outputs.map((spec) => ({ ...spec, height: 1, bytes: made }));
      return { format: 'jpeg', width: 640, height: 480, description: {}, outputs };
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

function contentOf(bytes: Uint8Array): [upload: number, content: Content] {
  const text = new TextDecoder().decode(bytes);
  const space = text.indexOf(' ');
  return [Number(text.slice(0, space)), text.slice(space + 1) as Content];
}

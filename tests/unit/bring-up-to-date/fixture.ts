import { bringUpToDate } from '../../../functions/shared/bring-up-to-date/bring-up-to-date.ts';
import type { Ports, Worker } from '../../../functions/shared/bring-up-to-date/ports.ts';
import { imageId, type Image } from '../../../functions/shared/images/image.ts';
import type { Outcome } from '../../../functions/shared/images/outcome.ts';
import { recipes, thumbnails } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import { createWorld } from './model/world.ts';

export const image: Image = { bucket: 'uploads', key: 'users/ann/cat.jpg' };
const never = new AbortController().signal;
const worker: Worker = { version: '7', timeoutMs: 30_000, deadline: never };

/** One image in a world in memory, and the use case over it. `own` replaces ports. */
export function createFixture() {
  const world = createWorld(true);
  let attempts = 0;
  const ports: Ports = {
    readRecord: async (id, recipe) => world.read(id, recipe),
    writeRecord: async (record, expected, withdrawn) => world.write(record, expected, withdrawn),
    addOpenAttempt: async (record, attempt) => world.note(record, attempt),
    removeOpenAttempt: async (id, recipe, attempt) => world.withdraw(id, recipe, attempt),
    saveLastError: async (record, lastError, attempt) => world.fail(record, lastError, attempt),
    headOriginal: async (wanted) => world.head(wanted),
    readOriginal: async (wanted, version) => (world.get(wanted, version) ? new Uint8Array(3) : 'changed'),
    derive: async (_, { outputs }) => ({
      format: 'png',
      width: 400,
      height: 300,
      description: {},
      outputs: outputs.map((spec) => ({ ...spec, height: 3, bytes: new Uint8Array(5) })),
    }),
    putOutput: async (key, output) => world.put(key, output),
    deleteOutputs: async (keys) => world.discard(keys),
    now: world.time,
    newAttemptId: () => `attempt-${++attempts}`,
    pause: async () => undefined,
  };
  return {
    world,
    run: (own: Partial<Ports> = {}, as: Partial<Worker> = {}): Promise<Outcome> =>
      bringUpToDate({ ...ports, ...own }, { ...worker, ...as }, image, thumbnails),
    record: () => world.read(imageId(image), 'thumbnails'),
    /** Puts a record that is in order into the table, but for what is given. */
    keep: (otherwise: Partial<ImageRecord>) => {
      const record: ImageRecord = {
        imageId: imageId(image),
        recipe: 'thumbnails',
        recipeVersion: recipes.thumbnails.version,
        revision: 4,
        status: 'ready',
        owner: 'ann',
        ...image,
        ...world.head(image),
        processedAt: world.time().toISOString(),
        processedBy: '6',
        outputs: [],
        ...otherwise,
      };
      world.table.set(`${record.imageId} thumbnails`, record);
    },
  };
}

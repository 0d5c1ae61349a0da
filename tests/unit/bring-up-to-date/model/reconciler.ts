import type { Ports } from '../../../../functions/reconcile-images/ports.ts';
import type { Image } from '../../../../functions/shared/images/image.ts';
import { image, type Actor } from './actor.ts';
import { stepsOf, type Simulation } from './steps.ts';

/** The world as one run of reconcile-images sees it. */
export function reconcilerPorts(simulation: Simulation, actor: Actor, announce: (image: Image) => void): Ports {
  const { world, judge } = simulation;
  const step = stepsOf(simulation, actor);
  return {
    recipes: [actor.recipe],
    features: new Set(),
    bucket: image.bucket,
    listOriginals: () =>
      step(() => ({
        items: [...world.bucket].map(([key, { eTag, uploadedAt }]) => ({ key, eTag, lastModified: uploadedAt })),
      })),
    listOutputs: () =>
      step(() => ({
        items: [...world.outputs].map(([key, { writtenAt }]) => ({
          key,
          eTag: '',
          lastModified: new Date(writtenAt).toISOString(),
        })),
      })),
    scanRecords: () =>
      step(() => ({
        items: [...world.table.values()].flatMap((one) => world.readLate(one.imageId, one.recipe) ?? []),
      })),
    readRecords: (keys) => step(() => keys.flatMap(({ imageId, recipe }) => world.readLate(imageId, recipe) ?? [])),
    readRecord: (id, recipe) => step(() => world.read(id, recipe)),
    writeRecord: (record, expected, withdrawn) => {
      const write = () => {
        const before = world.read(record.imageId, record.recipe);
        const result = world.write(record, expected, withdrawn);
        if (result === 'written') judge.marked(before, record);
        return result;
      };
      return step(write, write);
    },
    servingVersion: () => step(() => simulation.serving),
    headOriginal: (wanted) => step(() => world.head(wanted)),
    hasOutput: (key) => step(() => world.outputs.has(key)),
    deleteOutputs: (keys) =>
      step(() => {
        judge.deletes(keys);
        world.discard(keys);
      }),
    announce: (wanted) => step(() => announce(wanted)),
    readCursor: () => step(() => world.cursor.now),
    writeCursor: (cursor) =>
      step(() => {
        if ((world.cursor.now?.revision ?? 0) !== cursor.revision - 1) return 'lost';
        world.cursor.now = cursor;
        return 'written';
      }),
    readRecentCursor: () => step(() => world.cursor.recent),
    writeRecentCursor: (cursor) =>
      step(() => {
        if ((world.cursor.recent?.revision ?? 0) !== cursor.revision - 1) return 'lost';
        world.cursor.recent = cursor;
        return 'written';
      }),
    now: world.time,
    isTimeUp: () => false,
    invocationId: String(actor.id),
  };
}

import type { Cursor, Ports } from '../../../../functions/repair-after-rollback/ports.ts';
import type { Image } from '../../../../functions/shared/images/image.ts';
import type { ImageRecord } from '../../../../functions/shared/images/record.ts';
import type { Actor } from '../../bring-up-to-date/model/actor.ts';
import { stepsOf, type Simulation } from '../../bring-up-to-date/model/steps.ts';

/** Where the alias sends invocations. */
export type Alias = { version: string; weights: Readonly<Record<string, number>> };

/** What a repair has to do with besides the world. */
export type RolledBackRelease = {
  alias: () => Alias;
  cursors: Map<string, Cursor>;
  startedAt: string;
  announce: (image: Image) => void;
  /** Whether there is time for another page. */
  hasTime: () => boolean;
};

/** The world as one try of repair-after-rollback sees it: a page of the table is one record. */
export function repairerPorts(simulation: Simulation, actor: Actor, release: RolledBackRelease): Ports {
  const { world, judge } = simulation;
  const step = stepsOf(simulation, actor);
  return {
    bucket: 'uploads',
    recipeOf: () => 'thumbnails',
    describeRelease: () =>
      step(() => ({
        ...{ functionName: 'generate-thumbnails', alias: 'live', currentVersion: '1', targetVersion: '2' },
        startedAt: release.startedAt,
      })),
    receivedTraffic: () => step(() => true),
    isServed: (_, wanted) =>
      step(() => {
        const { version, weights } = release.alias();
        return version === wanted || (weights[wanted] ?? 0) > 0;
      }),
    scanWrittenBy: ({ version, since }, after) =>
      step(() => {
        const rest = [...world.table]
          .filter(([name]) => after === undefined || name > after)
          .sort(([a], [b]) => (a < b ? -1 : 1));
        const [first] = rest;
        const items = first ? [first[1]] : [];
        return {
          items: items.filter(({ processedBy, processedAt }) => processedBy === version && processedAt >= since),
          ...(rest.length > 1 && first && { next: first[0] }),
        };
      }),
    writeRecord: (record, expected, withdrawn) => {
      const write = () => {
        const before = world.read(record.imageId, record.recipe);
        const result = world.write(record, expected, withdrawn);
        if (result === 'written') wasMarked(before, record);
        return result;
      };
      return step(write, write);
    },
    announce: (image) => step(() => release.announce(image)),
    readCursor: (deploymentId) => step(() => release.cursors.get(deploymentId)),
    writeCursor: (deploymentId, cursor) =>
      step(() => {
        if ((release.cursors.get(deploymentId)?.revision ?? 0) !== cursor.revision - 1) return 'lost';
        release.cursors.set(deploymentId, cursor);
        return 'written';
      }),
    now: world.time,
    // Whoever is at work meanwhile may be done before, or be killed by the time that passes.
    wait: async (ms) => {
      const until = world.clock.now + ms;
      await step(() => void (world.clock.now = Math.max(world.clock.now, until)));
    },
    remainingMs: () => (release.hasTime() ? 900_000 : 10_000),
  };

  function wasMarked(before: ImageRecord | undefined, record: ImageRecord): void {
    if (record.processedBy !== '2') judge.findings.push(`the repair marked a record of version ${record.processedBy}`);
    judge.marked(before, record);
  }
}

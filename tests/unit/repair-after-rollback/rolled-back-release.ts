import type { Cursor, Ports, Release } from '../../../functions/repair-after-rollback/ports.ts';
import { repairAfterRollback, type Summary } from '../../../functions/repair-after-rollback/repair-after-rollback.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';

/** When the release began; it failed a quarter of an hour later, which is when the repair begins. */
export const BEGUN = Date.parse('2026-05-01T12:00:00Z');
export const FAILED = BEGUN + 15 * 60_000;

const PAGE = 3;

/** A release from version 7 to version 8 that was rolled back, in a world whose clock stands still unless somebody waits. */
export function createRolledBackRelease(release: Partial<Release> = {}) {
  const table = new Map<string, ImageRecord>();
  const announced: string[] = [];
  const cursors = new Map<string, Cursor>();
  const clock = { now: FAILED };
  const alias = { served: ['7'] };
  const calls = { scans: 0 };
  /** What happens by itself once the clock has come so far (ms after the failure). */
  const events: { at: number; happen: () => void }[] = [];

  /** A record by version 8 whose image was processed while the release was under way; what is given makes it otherwise. */
  function keep(key: string, otherwise: Partial<ImageRecord> = {}): ImageRecord {
    const image = { bucket: 'uploads', key, ...(otherwise.bucket !== undefined && { bucket: otherwise.bucket }) };
    const record: ImageRecord = {
      ...{ imageId: imageId(image), recipe: 'thumbnails', recipeVersion: 1, revision: 1, status: 'ready', owner: '-' },
      ...{ ...image, processedAt: new Date(BEGUN + 60_000).toISOString(), processedBy: '8', outputs: [] },
      ...otherwise,
    };
    table.set(nameOf(record), record);
    return record;
  }

  function record(key: string): ImageRecord | undefined {
    return [...table.values()].find((one) => one.key === key);
  }

  const ports: Ports = {
    bucket: 'uploads',
    recipeOf: (functionName) => (functionName === 'generate-thumbnails' ? 'thumbnails' : undefined),
    describeRelease: async () => ({
      ...{ functionName: 'generate-thumbnails', alias: 'live', currentVersion: '7', targetVersion: '8' },
      startedAt: new Date(BEGUN).toISOString(),
      ...release,
    }),
    receivedTraffic: async () => true,
    isServed: async (_, version) => alias.served.includes(version),
    scanWrittenBy: async ({ bucket, recipe, version, since }, after) => {
      calls.scans++;
      const rest = [...table]
        .filter(([name]) => after === undefined || name > after)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const page = rest.slice(0, PAGE);
      const last = page.at(-1);
      return {
        items: page
          .map(([, one]) => one)
          .filter(
            (one) =>
              one.processedBy === version && one.recipe === recipe && one.bucket === bucket && one.processedAt >= since,
          ),
        ...(rest.length > PAGE && last && { next: last[0] }),
      };
    },
    writeRecord: async (one, expected) => {
      if ((table.get(nameOf(one))?.revision ?? 0) !== expected) return 'lost';
      table.set(nameOf(one), one);
      return 'written';
    },
    announce: async ({ key }) => void announced.push(key),
    readCursor: async (deploymentId) => cursors.get(deploymentId),
    writeCursor: async (deploymentId, cursor) => {
      if ((cursors.get(deploymentId)?.revision ?? 0) !== cursor.revision - 1) return 'lost';
      cursors.set(deploymentId, cursor);
      return 'written';
    },
    now: () => new Date(clock.now),
    wait: async (ms) => {
      clock.now += ms;
      const due = events.filter(({ at }) => FAILED + at <= clock.now);
      for (const event of due) {
        events.splice(events.indexOf(event), 1);
        event.happen();
      }
    },
    remainingMs: () => 900_000,
  };

  /** One invocation, with ports of its own where some are given. */
  function repair(own: Partial<Ports> = {}): Promise<Summary> {
    return repairAfterRollback({ ...ports, ...own }, 'd-EXAMPLE11');
  }

  return { table, announced, cursors, clock, alias, calls, events, ports, keep, record, repair };
}

function nameOf(record: ImageRecord): string {
  return `${record.imageId} ${record.recipe}`;
}

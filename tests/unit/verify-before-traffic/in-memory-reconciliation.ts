import { withinLimits } from '../../../functions/reconcile-images/within-limits.ts';
import { readOptions } from '../../../functions/reconcile-images/options.ts';
import type { ListedObject, Ports as ReconcilePorts } from '../../../functions/reconcile-images/ports.ts';
import { reconcileImages } from '../../../functions/reconcile-images/reconcile-images.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { recipes } from '../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../functions/shared/images/record.ts';
import type { Versions } from '../../../functions/shared/releases/report.ts';
import type {
  ReconciliationPorts,
  ReconciliationReport,
} from '../../../functions/verify-before-traffic/reconciliation-ports.ts';
import { verifyReconciliation } from '../../../functions/verify-before-traffic/verify-reconciliation.ts';

const bucket = 'verification';
const deployment: Versions = { functionName: 'reconcile', currentVersion: '7', targetVersion: '8' };

/** What a version of reconcile-images does otherwise than it should: to its ports, or to the event that it is given. */
export type Defect = {
  ports?: (ports: ReconcilePorts) => ReconcilePorts;
  event?: (event: Readonly<Record<string, unknown>>) => unknown;
  instead?: () => unknown;
};

/** Stores in memory, with one image of a user in them, and the real reconciliation behind `invoke`. */
export function createInMemoryReconciliation() {
  const clock = { now: Date.parse('2026-05-01T12:30:00Z') };
  const pictures = new Map<string, ListedObject>();
  const outputs = new Map<string, ListedObject>();
  const table = new Map<string, ImageRecord>();
  const reports: ReconciliationReport[] = [];
  const events: unknown[] = [];
  const warnings: string[] = [];
  const now = () => new Date(clock.now);
  const put = (map: Map<string, ListedObject>, key: string) =>
    map.set(key, { key, eTag: '"e"', lastModified: now().toISOString() });
  const readRecord: ReconcilePorts['readRecord'] = async (id, recipe) => table.get(`${id} ${recipe}`);
  const writeRecord: ReconcilePorts['writeRecord'] = async (record, expected) => {
    const name = `${record.imageId} ${record.recipe}`;
    if ((table.get(name)?.revision ?? 0) !== expected) return 'lost';
    table.set(name, record);
    return 'written';
  };
  const below = (map: Map<string, ListedObject>) => async (prefix: string) =>
    [...map.values()].filter(({ key }) => key.startsWith(prefix));
  const deleteOutputs = async (keys: readonly string[]) => keys.forEach((key) => outputs.delete(key));
  const ofUser = `thumbnails/${imageId({ bucket: 'uploads', key: 'cat.jpg' })}/first/128.webp`;
  put(outputs, ofUser);

  const reconcilePorts: ReconcilePorts = {
    ...{ recipes: Object.values(recipes), features: new Set(), bucket: 'uploads' },
    ...{ readRecord, writeRecord, deleteOutputs, now },
    listOriginals: async () => ({ items: [] }),
    listOutputs: async () => ({ items: [...outputs.values()] }),
    scanRecords: async () => ({ items: [...table.values()] }),
    readRecords: async (keys) => keys.flatMap(({ imageId: id, recipe }) => table.get(`${id} ${recipe}`) ?? []),
    servingVersion: async () => 3,
    headOriginal: async ({ key }) => {
      const picture = pictures.get(key);
      return picture && { eTag: picture.eTag, size: 1, uploadedAt: picture.lastModified };
    },
    hasOutput: async (key) => outputs.has(key),
    // generate-thumbnails, which looks at once.
    announce: async ({ key }) => {
      const id = imageId({ bucket, key });
      const before = table.get(`${id} thumbnails`);
      const revision = (before?.revision ?? 0) + 1;
      const common = { imageId: id, bucket, key, owner: '-', outputs: [], processedAt: now().toISOString() };
      await writeRecord(
        {
          ...common,
          recipe: 'thumbnails',
          recipeVersion: recipes.thumbnails.version,
          revision,
          status: 'ready',
          processedBy: '3',
        },
        revision - 1,
        [],
      );
    },
    readCursor: async () => undefined,
    writeCursor: async () => 'written',
    readRecentCursor: async () => undefined,
    writeRecentCursor: async () => 'written',
    isTimeUp: () => false,
    invocationId: 'r-1',
  };

  async function invoke(defect: Defect, event: unknown) {
    events.push(event);
    const ms = 50;
    try {
      if (defect.instead) return { status: 'returned' as const, payload: defect.instead(), ms };
      const options = readOptions(defect.event?.(event as Readonly<Record<string, unknown>>) ?? event);
      if (!options.limits) throw new Error('without limits');
      const trial = { bucket, listOriginals: below(pictures), listOutputs: below(outputs) };
      const ports = withinLimits(reconcilePorts, trial, options.limits);
      const payload = await reconcileImages(defect.ports?.(ports) ?? ports, options);
      return { status: 'returned' as const, payload: JSON.parse(JSON.stringify(payload)) as unknown, ms };
    } catch (error) {
      return { status: 'failed' as const, error: String(error), ms };
    }
  }

  const ports = (defect: Defect): ReconciliationPorts => ({
    ...{ bucket, readRecord, writeRecord, deleteOutputs, now, recipes: reconcilePorts.recipes },
    picture: new Uint8Array([1, 2, 3]),
    putPicture: async (key) => {
      put(pictures, key);
      return { eTag: '"e"' };
    },
    invoke: async (_, version, event) => (version === '8' ? invoke(defect, event) : Promise.reject(new Error(version))),
    recordsOf: async (id) => [...table.values()].filter((one) => one.imageId === id),
    removeRecord: async (id, recipe) => void table.delete(`${id} ${recipe}`),
    deletePictures: async (keys) => keys.forEach((key) => pictures.delete(key)),
    listPictures: async () => [...pictures.values()],
    countDeadLetters: async () => ({ 'a-queue': 2 }),
    log: { failed: () => undefined, warn: (what) => void warnings.push(what) },
    pause: async (ms) => void (clock.now += ms),
    putOutput: async (key) => put(outputs, key),
    listOutputs: async (id, recipe) => (await below(outputs)(`${recipe}/${id}/`)).map(({ key }) => key),
    writeReconciliationReport: async (id, report) => {
      reports.push(report);
      return `s3://thumbnails/reports/${id}`;
    },
  });

  const verify = (defect: Defect = {}, deadline = new AbortController().signal) =>
    verifyReconciliation(
      ports(defect),
      { deploymentId: 'd-EXAMPLE11', deadline, doing: () => undefined, setVerdict: () => undefined },
      deployment,
    );
  return { verify, pictures, outputs, table, reports, events, warnings, ofUser, put, reconcilePorts, clock };
}

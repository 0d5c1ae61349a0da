import { imageId } from '../shared/images/image.ts';
import type { Recipe } from '../shared/images/recipe.ts';
import type { Limits } from './options.ts';
import type { Page, ListedObject, Ports, RecordKey } from './ports.ts';

/** What a trial needs of S3, beside the ports of a run. */
export type TrialPorts = {
  /** VerificationBucket. */
  bucket: string;
  /** All objects of a bucket below a prefix; there are few. */
  listOriginals: (prefix: string) => Promise<ListedObject[]>;
  listOutputs: (prefix: string) => Promise<ListedObject[]>;
};

/**
 * The ports of a run that reaches nothing but the images of a trial: these are listed, read, marked, announced, and their outputs deleted;
 * an attempt at anything else throws. A trial keeps no place: it sees everything in one run.
 */
export function withinLimits(ports: Ports, trial: TrialPorts, { prefix, names }: Limits): Ports {
  const { bucket } = trial;
  const ids = new Set(names.map((name) => imageId({ bucket, key: `${prefix}${name}` })));
  const folders = [...ids].flatMap((id) => ports.recipes.map((recipe) => folderOf(recipe, id)));
  const only = <Id>(id: Id, isInside: boolean, what: string): Id => {
    if (!isInside) throw new Error(`${String(id)} is outside the limits of this trial: ${what} was not done`);
    return id;
  };
  const all = async (items: ListedObject[] | Promise<ListedObject[]>): Promise<Page<ListedObject>> => ({
    items: await items,
  });
  const keysOf = (): RecordKey[] =>
    [...ids].flatMap((id) => ports.recipes.map(({ name }) => ({ imageId: id, recipe: name })));
  return {
    ...ports,
    bucket,
    listOriginals: async () => all(trial.listOriginals(prefix)),
    listOutputs: async () => all((await Promise.all(folders.map(trial.listOutputs))).flat()),
    scanRecords: async () => ({ items: await ports.readRecords(keysOf()) }),
    writeRecord: async (record, revision, withdrawn) => {
      only(record.imageId, ids.has(record.imageId), 'a write');
      return ports.writeRecord(record, revision, withdrawn);
    },
    deleteOutputs: async (keys) => {
      for (const key of keys)
        only(
          key,
          folders.some((folder) => key.startsWith(folder)),
          'a deletion',
        );
      return ports.deleteOutputs(keys);
    },
    announce: async (image, findings) => {
      only(`${image.bucket}/${image.key}`, ids.has(imageId(image)), 'an announcement');
      return ports.announce(image, findings);
    },
    readCursor: async () => undefined,
    writeCursor: async () => 'written',
    readRecentCursor: async () => undefined,
    writeRecentCursor: async () => 'written',
  };
}

function folderOf({ name }: Recipe, id: string): string {
  return `${name}/${id}/`;
}

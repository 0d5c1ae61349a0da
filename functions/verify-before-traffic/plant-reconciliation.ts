import { forEach } from '../shared/for-each.ts';
import { imageId, type Image } from '../shared/images/image.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { cases, EMPTY_FOLDER, emptyNames, recordOf } from './reconciliation-cases.ts';
import type { Seen } from './judge-reconciliation.ts';
import type { ReconciliationPorts } from './reconciliation-ports.ts';

/** Puts the originals, records and outputs of every case into the stores, and returns what there is of each. */
export async function plantCases(ports: ReconciliationPorts, folder: string): Promise<Omit<Seen, 'after'>[]> {
  return Promise.all(
    cases.map(async ({ name, about, hasOriginal, recordsOf, outputsOf, planned, staysAsItIs }) => {
      const image: Image = { bucket: ports.bucket, key: `${folder}${name}` };
      const original = hasOriginal ? await ports.putPicture(image.key, ports.picture) : { eTag: '"gone"' };
      const uploadedAt = ports.now().toISOString();
      const records = recordsOf(image, ports.recipes).map((record): ImageRecord => ({
        ...record,
        ...original,
        size: ports.picture.length,
        uploadedAt,
        processedAt: uploadedAt,
      }));
      const outputs = outputsOf(image, ports.recipes);
      await Promise.all([
        ...records.map((record) => writeNew(ports, record)),
        ...outputs.map((key) => ports.putOutput(key)),
      ]);
      const expected = planned(image, ports.recipes);
      return { name, about, key: image.key, expected, staysAsItIs, before: { records, outputs } };
    }),
  );
}

/** Records of many images of which no original exists. */
export async function plantEmpty(ports: ReconciliationPorts, folder: string): Promise<ImageRecord[]> {
  const [recipe] = ports.recipes;
  if (recipe === undefined) throw new Error('there are no recipes');
  const records = emptyNames.map((name): ImageRecord => {
    const image = { bucket: ports.bucket, key: `${folder}${EMPTY_FOLDER}${name}` };
    return { ...recordOf(image, recipe), outputs: [], eTag: '"gone"', processedAt: ports.now().toISOString() };
  });
  await Promise.all(records.map((record) => writeNew(ports, record)));
  return records;
}

export async function observe(ports: ReconciliationPorts, planted: Omit<Seen, 'after'>): Promise<Seen> {
  const id = imageId({ bucket: ports.bucket, key: planted.key });
  const [records, outputs] = await Promise.all([
    Promise.all(planted.before.records.map(({ recipe }) => ports.readRecord(id, recipe))),
    Promise.all(ports.recipes.map(({ name }) => ports.listOutputs(id, name))),
  ]);
  return { ...planted, after: { records, outputs: outputs.flat() } };
}

/** Removes all that there may be of these images, named by a record or not; then the originals. Never throws. */
export async function deleteTrial(ports: ReconciliationPorts, keys: readonly string[]): Promise<void> {
  await forEach(keys, async (key) => {
    try {
      const id = imageId({ bucket: ports.bucket, key });
      // The original first: a function that looks at the image from now on finds that there is nothing to do.
      await ports.deletePictures([key]);
      for (const { recipe } of await ports.recordsOf(id)) await ports.removeRecord(id, recipe);
      const outputs = await Promise.all(ports.recipes.map(({ name }) => ports.listOutputs(id, name)));
      await ports.deleteOutputs(outputs.flat());
    } catch (error) {
      ports.log.warn(`could not clear away ${key}`, error);
    }
  });
}

async function writeNew(ports: ReconciliationPorts, record: ImageRecord): Promise<void> {
  if ((await ports.writeRecord(record, 0, [])) === 'lost') {
    throw new Error(`there is a record of ${record.key} already, although nothing but this trial writes it`);
  }
}

import { forEach } from '../shared/for-each.ts';
import { imageId } from '../shared/images/image.ts';
import type { Ports } from './ports.ts';

/** No function may work for longer, so what is older was left by a run that died. ms; 15 minutes, and some for the clocks. */
const LEFTOVER_AGE = 20 * 60_000;

/**
 * Removes what came of pictures, then the pictures: as long as a picture lies there, what it led to can be found. Never throws: what is
 * left over is no reason to refuse a release, and the next run finds it.
 */
export async function clearAway(ports: Ports, keys: readonly string[]): Promise<void> {
  await forEach(keys, async (key) => {
    try {
      const records = await ports.recordsOf(imageId({ bucket: ports.bucket, key }));
      await ports.deleteOutputs(records.flatMap(({ outputs }) => outputs.map((output) => output.key)));
      for (const record of records) await ports.removeRecord(record.imageId, record.recipe);
      await ports.deletePictures([key]);
    } catch (error) {
      ports.told.trouble(`could not clear away ${key}`, error);
    }
  });
}

/** What runs have left that died: of this deployment, before Lambda tried again, or of others long ago. */
export async function clearLeftovers(ports: Ports, deploymentId: string): Promise<void> {
  try {
    const pictures = await ports.listPictures();
    const leftovers = pictures.filter(
      ({ key, lastModified }) =>
        key.startsWith(`${deploymentId}/`) || ports.now().getTime() - Date.parse(lastModified) > LEFTOVER_AGE,
    );
    await clearAway(
      ports,
      leftovers.map(({ key }) => key),
    );
  } catch (error) {
    ports.told.trouble('could not look for what earlier runs have left', error);
  }
}

import { forEach } from '../shared/for-each.ts';
import { imageId } from '../shared/images/image.ts';
import type { Ports } from './ports.ts';

/** No function may run for longer, so anything older was left by a run that was killed. ms; 15 minutes, and some for the clocks. */
export const LEFTOVER_AGE = 20 * 60_000;

/**
 * Deletes the results of pictures, then the pictures: as long as a picture exists, its results can be found. Never throws: leftovers are not
 * a reason to reject a release, and the next run finds them.
 */
export async function cleanUp(ports: Ports, keys: readonly string[]): Promise<void> {
  await forEach(keys, async (key) => {
    try {
      const records = await ports.recordsOf(imageId({ bucket: ports.bucket, key }));
      await ports.deleteOutputs(records.flatMap(({ outputs }) => outputs.map((output) => output.key)));
      for (const record of records) await ports.removeRecord(record.imageId, record.recipe);
      await ports.deletePictures([key]);
    } catch (error) {
      ports.log.warn(`could not clear away ${key}`, error);
    }
  });
}

/** The limit per run: many leftovers must not use up the time of a release. The next runs delete the rest. */
const MAX_KEYS = 200;

/** Deletes what killed runs left: of this deployment, before Lambda retried, or of others long ago. */
export async function deleteLeftovers(ports: Ports, deploymentId: string): Promise<void> {
  try {
    const isOwn = (key: string) => key.startsWith(`${deploymentId}/`);
    const pictures = await ports.listPictures();
    const leftovers = pictures.filter(
      ({ key, lastModified }) => isOwn(key) || ports.now().getTime() - Date.parse(lastModified) > LEFTOVER_AGE,
    );
    // This deployment's own first: they would interfere.
    const keys = leftovers.map(({ key }) => key).sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
    await cleanUp(ports, keys.slice(0, MAX_KEYS));
  } catch (error) {
    ports.log.warn('could not look for what earlier runs have left', error);
  }
}

import { imageId, type Image } from '../shared/images/image.ts';
import type { Recipe, RecipeName } from '../shared/images/recipe.ts';
import type { ImageRecord } from '../shared/images/record.ts';
import { problemsOf } from './judge-record.ts';
import type { Ports } from './ports.ts';
import type { Canary, CanaryOutcome } from './report.ts';

/** The shortest and the longest pause between two reads, ms. */
const PAUSES = { shortest: 250, longest: 5_000 };

/** In a row: more are not a coincidence. */
const LOOKS_THAT_MAY_FAIL = 4;

/**
 * Uploads the picture as users do, and waits until every recipe has an outcome, or until the deadline. Under `canary/` it is not listed
 * anywhere, and a lifecycle rule deletes it after a day.
 */
export async function sendCanary(ports: Ports, deploymentId: string, deadline: AbortSignal): Promise<Canary> {
  const image: Image = { bucket: ports.bucket, key: `canary/${deploymentId}/${ports.newName()}.jpg` };
  await ports.upload(image.key, ports.picture.bytes);
  const uploadedAt = ports.now().getTime();
  const outcomes = new Map<RecipeName, CanaryOutcome>();
  let failed = 0;
  // Of many reads over minutes, some may fail; the next one returns the same.
  const look = async (recipe: RecipeName) => {
    try {
      const record = await ports.readRecord(imageId(image), recipe);
      failed = 0;
      return record;
    } catch (error) {
      if (deadline.aborted || ++failed > LOOKS_THAT_MAY_FAIL) throw error;
      ports.warn(`looking for the record of ${recipe}`, error);
      return undefined;
    }
  };
  for (let pause = PAUSES.shortest; ; pause = Math.min(pause * 1.5, PAUSES.longest)) {
    const waiting = ports.recipes.filter(({ name }) => !outcomes.has(name));
    // At the same time: after the deadline there is little time for a slow table.
    await Promise.all(
      waiting.map(async (recipe) => {
        const record = await look(recipe.name);
        const ms = ports.now().getTime() - uploadedAt;
        if (isConcluded(record)) outcomes.set(recipe.name, await outcomeOf(ports, record, recipe, ms));
        else if (deadline.aborted) outcomes.set(recipe.name, late(record, recipe, ms));
      }),
    );
    const recipes = ports.recipes.flatMap(({ name }) => outcomes.get(name) ?? []);
    if (recipes.length === ports.recipes.length) return { ...image, recipes };
    await ports.pause(pause);
  }
}

function isConcluded(record: ImageRecord | undefined): record is ImageRecord {
  return record !== undefined && record.status !== 'pending';
}

async function outcomeOf(ports: Ports, record: ImageRecord, recipe: Recipe, ms: number): Promise<CanaryOutcome> {
  const { status, processedBy, outputs } = record;
  return {
    ...{ recipe: recipe.name, status, processedBy, ms },
    outputs: outputs.map(({ width, height, format, bytes }) => ({ width, height, format, bytes })),
    problems: await problemsOf(ports, record, recipe),
  };
}

function late(record: ImageRecord | undefined, { name }: Recipe, ms: number): CanaryOutcome {
  const seconds = Math.round(ms / 1_000);
  const state = record === undefined ? 'nobody has begun with it' : `it is ${record.status}, ${lastError(record)}`;
  return {
    ...{ recipe: name, ms, outputs: [] },
    ...(record && { status: record.status }),
    problems: [`no outcome after ${seconds} s: ${state}`],
  };
}

function lastError({ lastError: error }: ImageRecord): string {
  return error === undefined ? 'with no error so far' : `the last error was ${error}`;
}

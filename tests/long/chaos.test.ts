import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { drawSample } from '../../commands/sample-picture.ts';
import { eventually } from 'local-cloud/testing';
import { startLocalCloud, type RunningCloud } from '../support/local-cloud.ts';
import { reconcile } from '../end-to-end/support/announce.ts';
import { item, messagesIn, outputKeys, put, recipeNames, remove } from '../end-to-end/support/images.ts';
import { openStage, type Stage } from '../end-to-end/support/stage.ts';

const repository = join(import.meta.dirname, '..', '..');

/** CHAOS_SEED repeats a run's choices, as far as what runs at the same time can repeat itself. */
const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 2 ** 31);
const percent = 20;
/** At 20 percent three attempts fail one call in a hundred, and the test makes hundreds. */
const patience = { maxAttempts: 12 };

type Step = { key: string; picture: number | undefined };

let cloud: RunningCloud;
let stage: Stage;
beforeAll(async () => {
  console.log(`Chaos of ${String(percent)} percent with CHAOS_SEED=${String(seed)}`);
  cloud = await startLocalCloud({ clock: 600, chaos: percent, seed });
  stage = await openStage('serverless-thumbnails', cloud.endpoint, patience);
});
afterAll(() => cloud.stop());

test('with every fifth delivery, call and invocation harmed, every image ends as its bucket says', async () => {
  const pictures = await Promise.all([0, 1, 2, 3, 4].map((index) => drawSample(index, { megapixels: 0.1 })));
  const script = steps();
  const keys = [...new Set(script.map(({ key }) => key))];
  // Each image's steps come one after another, or nobody could say which was the last.
  await Promise.all(
    keys.map(async (key) => {
      for (const { picture } of script.filter((step) => step.key === key)) {
        if (picture === undefined) await remove(stage, key);
        else await put(stage, key, pictures[picture] ?? Buffer.alloc(0));
      }
    }),
  );

  // What was tried too often in vain waits for a person, who tries it again.
  const unsettled = await settled(keys, 25).catch(() => wrongs(keys));
  if ((await deadLetters()) > 0) await redrive();
  // Waiting goes 600 times faster, so that the hourly run comes every six seconds, too.
  const summary = await eventually('reconcile-images to run to its end', async () => {
    const found = await reconcile(stage);
    return (found as { ending: string }).ending === 'finished' && found;
  });
  await settled(keys, 120);
  await eventually('no dead letter to be left', async () => {
    if ((await deadLetters()) === 0) return true;
    await redrive();
    return false;
  });

  expect(await wrongs(keys)).toEqual([]);
  console.log(harm(), { unsettled, summary });
  // A dozen of the rarest is usual: one kind may be missing in a run of a hundred thousand.
  for (const kind of ['late', 'again after', 'be received again', 'answered', 'did as it was asked', 'was killed']) {
    expect(cloud.log()).toContain(kind);
  }
}, 300_000);

/** 30 uploads and some deletes of a dozen images, so that most are overwritten, and some deleted and put again. */
function steps(): Step[] {
  const key = fc.integer({ min: 1, max: 12 }).map((index) => `users/unlucky/${String(index)}.jpg`);
  const uploads = fc.array(fc.record({ key, picture: fc.integer({ min: 0, max: 4 }) }), {
    minLength: 30,
    maxLength: 30,
  });
  const deletes = fc.array(fc.record({ key, picture: fc.constant(undefined) }), { minLength: 8, maxLength: 8 });
  const script = fc
    .tuple(uploads, deletes)
    .chain(([some, others]) =>
      fc.shuffledSubarray<Step>([...some, ...others], { minLength: some.length + others.length }),
    );
  return fc.sample(script, { seed, numRuns: 1 }).flat();
}

/** Waits until nothing is wrong with any image; for so long. */
async function settled(keys: readonly string[], seconds: number): Promise<void> {
  await eventually('all images to be as the bucket says', async () => (await wrongs(keys)).length === 0, seconds);
}

/** All that is not as it has to be, in words. */
async function wrongs(keys: readonly string[]): Promise<string[]> {
  const existing = new Set(
    await outputKeys(
      stage,
      keys.map((key) => ({ key })),
    ),
  );
  const found = await Promise.all(keys.map((key) => wrongsOf(key, existing)));
  return found.flat();
}

async function wrongsOf(key: string, existing: ReadonlySet<string>): Promise<string[]> {
  const versionId = await currentVersion(key);
  const found: string[] = [];
  for (const recipe of recipeNames) {
    const record = await item(stage, key, recipe);
    const is = `${recipe} of ${key}: ${record === undefined ? 'no record' : record.status}`;
    if (versionId === undefined) {
      if (record !== undefined && record.status !== 'deleted') found.push(`${is}, but the original is gone`);
    } else if (record?.status !== 'ready') found.push(`${is}, but the original is there`);
    else if (record.versionId !== versionId) found.push(`${is} for another version`);
    else if (record.outputs.length === 0) found.push(`${is} without outputs`);
    else if (!record.outputs.every((output) => existing.has(output.key))) found.push(`${is}, but outputs are missing`);
  }
  return found;
}

/** Undefined: there is no such object now. */
async function currentVersion(key: string): Promise<string | undefined> {
  try {
    const bucket = stage.output('UploadsBucketName');
    return (await stage.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))).VersionId;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function deadLetters(): Promise<number> {
  const [renditions, thumbnails] = await Promise.all(
    ['RenditionsDeadLetterQueueUrl', 'ThumbnailsFailureQueueUrl'].map((output) => messagesIn(stage, output)),
  );
  return (renditions ?? 0) + (thumbnails ?? 0);
}

/** `npm run queue -- --redrive`, by a person as patient as we are. */
async function redrive(): Promise<void> {
  const command = [join(repository, 'commands', 'queue.ts'), '--endpoint', cloud.endpoint, '--redrive'];
  await promisify(execFile)(process.execPath, command, {
    env: { ...process.env, AWS_MAX_ATTEMPTS: String(patience.maxAttempts) },
  });
}

/** How much was told, by kind: of lines that are alike the console prints the first five, and counts the others. */
function harm(): Record<string, number> {
  const count = (pattern: RegExp): number => cloud.log().match(pattern)?.length ?? 0;
  return {
    late: count(/chaos .* late$/gm),
    twice: count(/chaos .* comes again after/gm),
    receivedTwice: count(/chaos .* received again after/gm),
    refused: count(/chaos +\S+ answered/gm),
    answersLost: count(/chaos .* did as it was asked/gm),
    killed: count(/chaos .* was killed/gm),
    deadLettered: count(/dead-lettered/g),
    dropped: count(/was dropped/g),
  };
}

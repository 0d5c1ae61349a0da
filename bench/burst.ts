import { parseArgs } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import { drawSample } from '../commands/sample-picture.ts';
import { openProgress } from '../commands/shared/progress.ts';
import { run } from '../commands/shared/run.ts';
import { bytesText, median } from '../commands/shared/text.ts';
import { messagesIn, outcome, put, queueIsEmpty, recipeNames } from '../tests/end-to-end/support/images.ts';
import { openStage, type Stage } from '../tests/end-to-end/support/stage.ts';
import { startLocalCloud } from '../tests/support/local-cloud.ts';
import { descendants, residentBytes } from 'local-cloud/testing';

const GOAL_MS = 300;
const GOAL_BYTES = 3 * 2 ** 30;

// Boots a cloud of its own, so that nothing else is measured and nobody's images are touched.
run(async () => {
  const { values } = parseArgs({
    options: { images: { type: 'string', default: '200' }, single: { type: 'string', default: '20' } },
  });
  const cloud = await startLocalCloud();
  try {
    const stage = await openStage('serverless-thumbnails', cloud.endpoint);
    await oneAtATime(stage, Number(values.single));
    await burst(stage, Number(values.images), cloud.pid);
  } finally {
    await cloud.stop();
  }
});

/** The first upload warms both functions up and is not counted. */
async function oneAtATime(stage: Stage, images: number): Promise<void> {
  const progress = openProgress();
  const bar = progress.bar(`one at a time: ${String(images)} pictures of 2 megapixels`, images + 1);
  const times: number[] = [];
  for (let index = 0; index <= images; index++) {
    const body = await drawSample(index, { megapixels: 2 });
    const start = performance.now();
    const original = await put(stage, `users/bench/single-${String(index)}.jpg`, body);
    await outcome(stage, original, 'thumbnails');
    if (index > 0) times.push(performance.now() - start);
    // The renditions of this one must not take the processor from the next.
    await outcome(stage, original, 'renditions');
    bar.add(1);
  }
  progress.close();
  const middle = median(times);
  console.log(
    `From upload to thumbnails, warm, one at a time: median ${middle.toFixed(0)} ms, ${(middle / GOAL_MS).toFixed(2)} of the goal of ${String(GOAL_MS)} ms.`,
  );
}

async function burst(stage: Stage, images: number, pid: number): Promise<void> {
  const progress = openProgress();
  const drawn = progress.bar(`drawing ${String(images)} distinct pictures of 1 MB`, images);
  const bodies: Uint8Array[] = [];
  for (let index = 0; index < images; index++) {
    bodies.push(await drawSample(1000 + index, { bytes: 1_000_000 }));
    drawn.add(1);
  }
  const bars = { thumbnails: progress.bar('thumbnails', images), renditions: progress.bar('renditions', images) };
  const watch = watchResources(pid);
  const start = performance.now();
  const times: Record<string, number[]> = { thumbnails: [], renditions: [] };
  const lost: string[] = [];
  await Promise.all(
    bodies.map(async (body, index) => {
      const key = `users/bench/burst-${String(index)}.jpg`;
      const original = await put(stage, key, body);
      await Promise.all(
        recipeNames.map(async (recipe) => {
          const { status } = await outcome(stage, original, recipe, 600);
          if (status !== 'ready') lost.push(`${recipe} of ${key}: ${status}`);
          times[recipe]?.push(performance.now() - start);
          bars[recipe].add(1);
        }),
      );
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  progress.close();
  const most = await watch.stop();
  await queueIsEmpty(stage);
  const deadLetters =
    (await messagesIn(stage, 'RenditionsDeadLetterQueueUrl')) + (await messagesIn(stage, 'ThumbnailsFailureQueueUrl'));
  console.log(`${String(images)} pictures at once: all outcomes after ${seconds.toFixed(1)} s.`);
  for (const recipe of recipeNames) {
    console.log(
      `  ${recipe.padEnd(10)} median ${(median(times[recipe] ?? []) / 1000).toFixed(1)} s from the start of the burst`,
    );
  }
  console.log(`  not ready: ${String(lost.length)}; dead letters: ${String(deadLetters)}`);
  console.log(
    `  at most ${String(most.processes)} processes of functions, ${bytesText(most.bytes)} in all (goal: below ${bytesText(GOAL_BYTES)})`,
  );
  for (const line of lost) console.log(`  ${line}`);
  if (lost.length > 0 || deadLetters > 0 || most.bytes > GOAL_BYTES) process.exitCode = 1;
}

/** Looks at the cloud's process and those below it five times a second, and keeps the most it saw. */
function watchResources(pid: number): { stop: () => Promise<{ processes: number; bytes: number }> } {
  const most = { processes: 0, bytes: 0 };
  const stopped = new AbortController();
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      const found = descendants(pid);
      most.processes = Math.max(most.processes, found.length);
      most.bytes = Math.max(most.bytes, residentBytes(pid) + found.reduce((sum, one) => sum + one.residentBytes, 0));
      await setTimeout(200);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await watching;
      return most;
    },
  };
}

import { setTimeout } from 'node:timers/promises';
import { cpuSecondsBelow } from 'local-cloud/testing';
import { drawSample } from '../commands/sample-picture.ts';
import { run } from '../commands/shared/run.ts';
import { outcome, put, recipeNames } from '../tests/end-to-end/support/images.ts';
import { openStage } from '../tests/end-to-end/support/stage.ts';
import { startLocalCloud } from '../tests/support/local-cloud.ts';

const SETTLE_MS = 3_000;
const IDLE_SECONDS = 20;

/** Prints the processor time that the deployed application uses with nothing to do. Goal: 1 % of a core. */
run(async () => {
  const cloud = await startLocalCloud();
  try {
    const stage = await openStage('serverless-thumbnails', cloud.endpoint);
    const original = await put(stage, 'users/bench/idle.jpg', await drawSample(1, { megapixels: 1 }));
    for (const recipe of recipeNames) await outcome(stage, original, recipe);
    await setTimeout(SETTLE_MS);
    const before = cpuSecondsBelow(cloud.pid);
    await setTimeout(IDLE_SECONDS * 1000);
    const share = (cpuSecondsBelow(cloud.pid) - before) / IDLE_SECONDS;
    console.log(`Idle for ${String(IDLE_SECONDS)} s: ${(share * 100).toFixed(2)} % of a core (goal: 1 %).`);
  } finally {
    await cloud.stop();
  }
});

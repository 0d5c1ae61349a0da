import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { drawSample } from '../commands/sample-picture.ts';
import { demoUser, ensureDemoUser } from '../commands/shared/demo-user.ts';
import { run } from '../commands/shared/run.ts';
import { localClient } from '../commands/shared/target.ts';
import { outcome, put, recipeNames, type Original } from '../tests/end-to-end/support/images.ts';
import { openGallery } from '../tests/end-to-end/support/gallery.ts';
import { openStage, type Stage } from '../tests/end-to-end/support/stage.ts';
import { startLocalCloud } from '../tests/support/local-cloud.ts';
import { writeManyImages } from './gallery/many-images.ts';
import { GOAL_LONGEST_TASK, tasksOf } from './gallery/page.ts';
import { percentile, timesOf, type Api } from './gallery/requests.ts';

/** How much longer an answer may take while images are processed, as a multiple of the idle time. */
const GOAL_BUSY = 3;

/** As many as the page of the gallery sends. */
const UPLOADS_AT_ONCE = 4;

// The HTTP API as a page uses it, in a cloud of its own: idle, while images are processed, and over an owner's ten thousand images.
run(async () => {
  const { values } = parseArgs({
    options: {
      images: { type: 'string', default: '200' },
      listed: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '100' },
    },
  });
  const cloud = await startLocalCloud();
  try {
    const stage = await openStage('serverless-thumbnails', cloud.endpoint);
    const cognito = new CognitoIdentityProviderClient(localClient(cloud.endpoint));
    const owner = await ensureDemoUser(cognito, stage.output('UserPoolId'));
    const gallery = await openGallery(stage, cloud.endpoint);
    const { access: token } = await gallery.signInAs(demoUser.email, demoUser.password);
    const api: Api = async (path, body) =>
      gallery.ask(path, { token, ...(body !== undefined && { method: 'POST', body }) });
    await whileBusy(stage, api, owner, { images: Number(values.images), rounds: Number(values.rounds) });
    await throughMany(stage, api, owner, Number(values.listed));
    await inAPage({ url: gallery.url, ...demoUser });
  } finally {
    await cloud.stop();
  }
});

async function whileBusy(
  stage: Stage,
  api: Api,
  owner: string,
  { images, rounds }: { images: number; rounds: number },
): Promise<void> {
  const bodies = await Promise.all(Array.from({ length: 8 }, (_, index) => drawSample(index, { megapixels: 2 })));
  const bodyOf = (index: number): Uint8Array => bodies[index % bodies.length] ?? new Uint8Array();
  await processed(stage, `users/${owner}/before`, 24, bodyOf);
  // The first of each warms its function up.
  await timesOf(api, 3);
  const idle = percentile(await timesOf(api, rounds), 95);

  const over = new AbortController();
  const started = performance.now();
  const work = processed(stage, `users/${owner}/burst`, images, bodyOf).finally(() => {
    over.abort();
  });
  const during: number[] = [];
  while (!over.signal.aborted) {
    during.push(...(await timesOf(api, 1)));
    // A page asks every two seconds; a few of them are open.
    await setTimeout(100);
  }
  await work;
  const busy = percentile(during, 95);
  const seconds = (performance.now() - started) / 1000;
  const ratio = busy / idle;
  console.log(
    `The API's p95: ${idle.toFixed(0)} ms idle, ${busy.toFixed(0)} ms while ${String(images)} images were processed ` +
      `(${seconds.toFixed(0)} s, ${String(during.length)} requests): ${ratio.toFixed(2)} times as long (goal: at most ${String(GOAL_BUSY)}).`,
  );
  if (ratio > GOAL_BUSY) process.exitCode = 1;
}

/**
 * Uploads as many images as a page would, a few at a time, and waits for one after another: whoever waits for all of them at once asks
 * thousands of times a second, and then it is the asking that is measured.
 */
async function processed(
  stage: Stage,
  prefix: string,
  count: number,
  bodyOf: (index: number) => Uint8Array,
): Promise<void> {
  const originals: Original[] = [];
  const indices = Array.from({ length: count }, (_, index) => index).values();
  const uploader = async (): Promise<void> => {
    for (const index of indices) {
      originals.push(await put(stage, `${prefix}-${String(index)}/photo.jpg`, bodyOf(index)));
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, uploader));
  for (const original of originals) {
    for (const recipe of recipeNames) await outcome(stage, original, recipe, 900);
  }
}

/** A visit to a gallery of that many: 100 screens are 3,000 images and 30 pages of the list. */
async function inAPage(visit: { url: string; email: string; password: string }): Promise<void> {
  const tasks = await tasksOf(visit, 100);
  const longest = tasks[0]?.cpu ?? NaN;
  console.log(
    `The page: of ${String(tasks.length)} tasks at its start and while scrolling, the longest took ${longest.toFixed(0)} ms of the processor ` +
      `(goal: at most ${String(GOAL_LONGEST_TASK)}); ${String(tasks.filter(({ wall }) => wall > GOAL_LONGEST_TASK).length)} took longer by the clock.`,
  );
  // A trace without tasks would be no good news.
  if (!(longest <= GOAL_LONGEST_TASK)) process.exitCode = 1;
}

/** Newest first, page by page, to the end. */
async function throughMany(stage: Stage, api: Api, owner: string, count: number): Promise<void> {
  await writeManyImages(stage, owner, count);
  const times: number[] = [];
  let seen = 0;
  let next: string | undefined;
  do {
    const start = performance.now();
    const { status, json } = await api(`api/images${next === undefined ? '' : `?cursor=${encodeURIComponent(next)}`}`);
    times.push(performance.now() - start);
    if (status !== 200) throw new Error(`A page was answered with ${String(status)}: ${JSON.stringify(json)}`);
    seen += (json['images'] as unknown[]).length;
    next = json['next'] as string | undefined;
  } while (next !== undefined);
  if (seen < count) throw new Error(`${String(count)} images are there, and ${String(seen)} were listed.`);
  console.log(
    `A list of ${String(seen)} images: p95 ${percentile(times, 95).toFixed(0)} ms a page of a hundred, the first in ${times[0]?.toFixed(0) ?? '?'} ms.`,
  );
}

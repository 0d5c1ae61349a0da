import { expect, test } from '@jest/globals';
import { drawSample } from '../../commands/sample-picture.ts';
import { descendants } from 'local-cloud/testing';
import { startLocalCloud } from '../support/local-cloud.ts';
import { messagesIn, outcomes, put, queueIsEmpty } from '../end-to-end/support/images.ts';
import { openStage } from '../end-to-end/support/stage.ts';

const IMAGES = 30;

test('thirty distinct 1 MB JPEGs at once: all ready in both recipes, none dead-lettered, a bounded number of processes', async () => {
  const cloud = await startLocalCloud();
  try {
    const stage = await openStage('serverless-thumbnails', cloud.endpoint);
    const pictures: Uint8Array[] = [];
    for (let index = 0; index < IMAGES; index++) pictures.push(await drawSample(index, { bytes: 1_000_000 }));
    const watch = watchProcesses(cloud.pid);
    const originals = await Promise.all(
      pictures.map((body, index) => put(stage, `users/burst/${String(index)}.jpg`, body)),
    );
    const results = await Promise.all(originals.map((original) => outcomes(stage, original)));
    const most = watch.stop();
    for (const { thumbnails, renditions } of results) {
      expect(thumbnails.status).toBe('ready');
      expect(renditions.status).toBe('ready');
    }
    await queueIsEmpty(stage);
    expect(await messagesIn(stage, 'RenditionsDeadLetterQueueUrl')).toBe(0);
    expect(await messagesIn(stage, 'ThumbnailsFailureQueueUrl')).toBe(0);
    expect(most).toBeLessThanOrEqual(12);
  } finally {
    await cloud.stop();
  }
}, 600_000);

/** Counts the cloud's processes again and again; `stop` tells the most that there were at once. */
function watchProcesses(pid: number): { stop: () => number } {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, descendants(pid).length);
  }, 200);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

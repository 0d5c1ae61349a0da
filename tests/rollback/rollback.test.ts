import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Undocumented } from 'local-cloud';
import {
  item,
  put,
  queueIsEmpty,
  recipeNames,
  unreferencedOutputs,
  type Original,
} from '../end-to-end/support/images.ts';
import { eventually } from 'local-cloud/testing';
import { startReleases, type ReleaseCloud } from './releases.ts';

// When one function's release fails, AWS documents neither how CloudFormation moves the other's alias back, nor what becomes of its
// deployment. Whatever it does, no image may be lost or be left by a version that was taken back, and the next release must succeed.

let cloud: ReleaseCloud;
afterEach(() => cloud.end());

/** Longer than repair-after-rollback waits for the last invocation of a version that was taken back. s. */
const PATIENCE = 300;

describe.each<[Undocumented['rollbackThrough'], Undocumented['cancelledDeployments']]>([
  ['lambda', 'stop'],
  ['lambda', 'continue'],
  ['codedeploy', 'stop'],
  ['codedeploy', 'continue'],
])('When aliases go back by %s and cancelled deployments %s', (rollbackThrough, cancelledDeployments) => {
  test('no image is lost or wrong, and the stack can be deployed again', async () => {
    cloud = await startReleases({ rollbackThrough, cancelledDeployments });
    const { deploy, latest, live, status, waitFor, waitUntilIdle } = cloud;
    const { originals, stop } = uploadSteadily();
    const takenBack = new Set<string>();

    // The renditions are released; then the thumbnails' alarm fires.
    const second = deploy('second', 'Linear10PercentEvery3Minutes');
    second.catch(() => undefined);
    const renditions = await waitFor('GenerateRenditions', ({ status: how }) => how === 'Succeeded');
    expect(latest('GenerateThumbnails')?.status).toBe('InProgress');
    takenBack.add('2');
    await cloud.failImages('2');
    await expect(second).rejects.toThrow(/GenerateThumbnailsFunctionAliaslive .*alarms have been activated/);
    if (rollbackThrough === 'codedeploy') {
      // The alarm that stopped the thumbnails stops the renditions' way back too.
      expect([status(), live('GenerateRenditions')]).toEqual(['UPDATE_ROLLBACK_FAILED', '2']);
      await continueWhenPossible();
    }
    expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([live('GenerateThumbnails'), live('GenerateRenditions')]).toEqual(['1', '1']);
    expect(renditions.appSpec.targetVersion).toBe('2');

    // The thumbnails' release is stopped while the renditions' shifts traffic.
    const third = deploy('third', 'Linear10PercentEvery3Minutes');
    third.catch(() => undefined);
    const shifting = await waitFor('GenerateRenditions', ({ share, status: how }) => share > 0 && how === 'InProgress');
    const stopped = await waitFor('GenerateThumbnails', ({ status: how }) => how === 'InProgress');
    expect([shifting.appSpec.targetVersion, stopped.appSpec.targetVersion]).toEqual(['3', '3']);
    takenBack.add('3');
    cloud.stop(stopped.id);
    await expect(third).rejects.toThrow(/GenerateRenditionsFunctionAliaslive .*Resource update cancelled/);
    await waitUntilIdle();
    if (status() === 'UPDATE_ROLLBACK_FAILED') await continueWhenPossible();
    expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
    if (live('GenerateRenditions') === '3') {
      expect([rollbackThrough, cancelledDeployments]).toEqual(['lambda', 'continue']);
      cloud.moveBack('GenerateRenditions', '1');
      await cloud.repairAfter(shifting.id);
    }
    expect([live('GenerateThumbnails'), live('GenerateRenditions')]).toEqual(['1', '1']);

    await deploy('fourth', 'AllAtOnce');
    expect(status()).toBe('UPDATE_COMPLETE');
    expect([live('GenerateThumbnails'), live('GenerateRenditions')]).toEqual(['4', '4']);

    const uploaded = await stop();
    expect(uploaded).toBe(originals);
    expect(originals.length).toBeGreaterThan(20);
    for (const original of originals) for (const recipe of recipeNames) await isRight(original, recipe, takenBack);
    await queueIsEmpty(cloud.stage);
    expect(await unreferencedOutputs(cloud.stage, originals)).toEqual([]);
  });
});

/** As docs/runbook.md says: once no alarm fires and all deployments have ended. */
async function continueWhenPossible(): Promise<void> {
  await cloud.waitUntilIdle();
  await cloud.waitForAlarms();
  await cloud.continueRollback();
}

/** A small picture every second, each different from the others. */
function uploadSteadily() {
  const originals: Original[] = [];
  const stopping = new AbortController();
  const uploading = (async () => {
    for (let n = 0; !stopping.signal.aborted; n++) {
      const background = { r: n % 256, g: 128, b: 255 - (n % 256) };
      const jpeg = await sharp({ create: { width: 96, height: 64, channels: 3, background } })
        .jpeg()
        .toBuffer();
      originals.push(await put(cloud.stage, `users/rollback/${String(n)}.jpg`, jpeg));
      await setTimeout(1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  uploading.catch(() => undefined);
  return {
    originals,
    stop: async () => {
      stopping.abort();
      await uploading;
      return originals;
    },
  };
}

async function isRight(original: Original, recipe: (typeof recipeNames)[number], takenBack: ReadonlySet<string>) {
  await eventually(
    `${recipe} of ${original.key} by a version that was not taken back (${[...takenBack].join(', ')})`,
    async () => {
      const found = await item(cloud.stage, original.key, recipe);
      const { status, versionId, processedBy = '', recipeVersion } = (found ?? {}) as Made;
      if (status === 'ready' && versionId === original.versionId && recipeVersion > 0 && !takenBack.has(processedBy))
        return true;
      throw new Error(JSON.stringify({ status, versionId, processedBy, recipeVersion }));
    },
    PATIENCE,
  );
}

type Made = { status: string; versionId: string; processedBy?: string; recipeVersion: number };

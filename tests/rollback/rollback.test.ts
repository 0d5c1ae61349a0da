import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
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

/** Longer than repair-after-rollback waits for the last invocation of a version that was taken back. s. */
const PATIENCE = 300;

test.concurrent.each<[Undocumented['rollbackThrough'], Undocumented['cancelledDeployments']]>([
  ['lambda', 'stop'],
  ['lambda', 'continue'],
  ['codedeploy', 'stop'],
  ['codedeploy', 'continue'],
])(
  'when aliases go back by %s and cancelled deployments %s, no image is lost or wrong, and the stack can be deployed again',
  async (rollbackThrough, cancelledDeployments) => {
    const say = teller(`${rollbackThrough}, ${cancelledDeployments}`);
    const cloud = await within(say, 'the first release', startReleases({ rollbackThrough, cancelledDeployments }));
    const { deploy, latest, live, status, waitFor, waitUntilIdle } = cloud;
    const { originals, stop } = uploadSteadily(cloud);
    try {
      const takenBack = new Set<string>();

      // The renditions are released; then the thumbnails' alarm fires.
      const second = deploy('second', 'Linear10PercentEvery3Minutes');
      second.catch(() => undefined);
      const renditions = await waitFor('GenerateRenditions', ({ status: how }) => how === 'Succeeded');
      expect(latest('GenerateThumbnails')?.status).toBe('InProgress');
      takenBack.add('2');
      await cloud.failImages('2');
      await expect(within(say, 'the second release fails', second)).rejects.toThrow(
        /GenerateThumbnailsFunctionAliaslive .*alarms have been activated/,
      );
      if (rollbackThrough === 'codedeploy') {
        // The alarm that stopped the thumbnails stops the renditions' way back too.
        expect([status(), live('GenerateRenditions')]).toEqual(['UPDATE_ROLLBACK_FAILED', '2']);
        await within(say, 'its rollback is continued', continueWhenPossible(cloud));
      }
      expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect([live('GenerateThumbnails'), live('GenerateRenditions')]).toEqual(['1', '1']);
      expect(renditions.appSpec.targetVersion).toBe('2');

      // The thumbnails' release is stopped while the renditions' shifts traffic.
      const third = deploy('third', 'Linear10PercentEvery3Minutes');
      third.catch(() => undefined);
      const shifting = await waitFor(
        'GenerateRenditions',
        ({ share, status: how }) => share > 0 && how === 'InProgress',
      );
      const stopped = await waitFor('GenerateThumbnails', ({ status: how }) => how === 'InProgress');
      expect([shifting.appSpec.targetVersion, stopped.appSpec.targetVersion]).toEqual(['3', '3']);
      takenBack.add('3');
      cloud.stop(stopped.id);
      await expect(within(say, 'the third release is stopped', third)).rejects.toThrow(
        /GenerateRenditionsFunctionAliaslive .*Resource update cancelled/,
      );
      await waitUntilIdle();
      if (status() === 'UPDATE_ROLLBACK_FAILED')
        await within(say, 'its rollback is continued', continueWhenPossible(cloud));
      expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
      if (live('GenerateRenditions') === '3') {
        expect([rollbackThrough, cancelledDeployments]).toEqual(['lambda', 'continue']);
        cloud.moveBack('GenerateRenditions', '1');
        await cloud.repairAfter(shifting.id);
      }
      expect([live('GenerateThumbnails'), live('GenerateRenditions')]).toEqual(['1', '1']);

      await within(say, 'the fourth release', deploy('fourth', 'AllAtOnce'));
      expect(status()).toBe('UPDATE_COMPLETE');
      expect([live('GenerateThumbnails'), live('GenerateRenditions')]).toEqual(['4', '4']);

      const uploaded = await stop();
      expect(uploaded).toBe(originals);
      expect(originals.length).toBeGreaterThan(20);
      await allAreRight(cloud, originals, takenBack);
      say(`${String(originals.length)} images are right`);
      await queueIsEmpty(cloud.stage);
      expect(await unreferencedOutputs(cloud.stage, originals)).toEqual([]);
    } finally {
      await stop().catch(() => undefined);
      await cloud.end();
    }
  },
);

/** Jest tells how a test went at its end; what a run of minutes is about, it says itself. */
function teller(who: string): (what: string) => void {
  const started = Date.now();
  return (what) => {
    process.stderr.write(`${who}, after ${String(Math.round((Date.now() - started) / 1000))} s: ${what}\n`);
  };
}

/** Gives a step of a test a deadline of its own, so that a stuck one is named. */
async function within<T>(say: (what: string) => void, what: string, step: Promise<T>): Promise<T> {
  const over = new AbortController();
  const deadline = setTimeout(PATIENCE * 1000, undefined, { signal: over.signal }).then(() => {
    throw new Error(`Waited ${String(PATIENCE)} s in vain: ${what}`);
  });
  try {
    return await Promise.race([step.finally(() => say(what)), deadline]);
  } finally {
    over.abort();
    deadline.catch(() => undefined);
  }
}

/** As docs/runbook.md says: once no alarm fires and all deployments have ended. */
async function continueWhenPossible(cloud: ReleaseCloud): Promise<void> {
  await cloud.waitUntilIdle();
  await cloud.waitForAlarms();
  await cloud.continueRollback();
}

/** A small picture every second, each different from the others. */
function uploadSteadily(cloud: ReleaseCloud) {
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

/** Waits until every image is there in both recipes, by a version that was not taken back; otherwise says which ones are not, and why. */
async function allAreRight(
  cloud: ReleaseCloud,
  originals: readonly Original[],
  takenBack: ReadonlySet<string>,
): Promise<void> {
  let left = originals.flatMap((original) => recipeNames.map((recipe) => ({ original, recipe, is: {} })));
  await eventually(
    `every image by a version that was not taken back (${[...takenBack].join(', ')})`,
    async () => {
      const wrong = [];
      for (const { original, recipe } of left) {
        const found = await item(cloud.stage, original.key, recipe);
        const { status, versionId, processedBy = '', recipeVersion } = (found ?? {}) as Made;
        const isRight = status === 'ready' && versionId === original.versionId && recipeVersion > 0;
        if (!isRight || takenBack.has(processedBy))
          wrong.push({ original, recipe, is: { status, versionId, processedBy, recipeVersion } });
      }
      left = wrong;
      if (left.length === 0) return true;
      const failed = await cloud.failedRepairs();
      const images = left.map(({ original, recipe, is }) => `${recipe} of ${original.key}: ${JSON.stringify(is)}`);
      throw new Error([`RepairFailureQueue has ${failed} messages.`, ...images].join('\n'));
    },
    PATIENCE,
  );
}

type Made = { status: string; versionId: string; processedBy?: string; recipeVersion: number };

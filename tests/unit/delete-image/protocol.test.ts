import { describe, expect, test } from '@jest/globals';
import type fc from 'fast-check';

import { writeTombstone } from '../../../functions/shared/bring-up-to-date/write-tombstone.ts';
import { tombstone } from '../../../functions/shared/bring-up-to-date/build-records.ts';
import { imageId } from '../../../functions/shared/images/image.ts';
import { caughtAfter, seed, survives } from '../bring-up-to-date/model/check.ts';
import { play, type AfterDelete } from '../bring-up-to-date/model/run.ts';
import { directedScenarios, randomScenarios, type Scenario } from '../bring-up-to-date/model/scenario.ts';
import { image } from '../bring-up-to-date/model/actor.ts';

// The API's deletion amidst everything that the proof of bring-up-to-date knows: attempts that run, crash and repeat, two versions,
// reconciliation, the same picture uploaded again. In a versioned bucket, as UploadsBucket is.

const versioned = (scenarios: fc.Arbitrary<Scenario>) =>
  scenarios.map((scenario) => ({ ...scenario, versioned: true }));

const hide: AfterDelete = (ports, recipe) => writeTombstone(ports, 'delete-image:1', image, recipe);

/** What looks as if it did the same: the tombstone is written over whatever is there. */
const hideBlindly: AfterDelete = async (ports, recipe) => {
  const before = await ports.readRecord(imageId(image), recipe.name);
  if (before === undefined) return;
  const record = tombstone({ image, recipe, version: 'delete-image:1', now: ports.now() }, before);
  await ports.writeRecord(record, before.revision, before.openAttempts ?? []);
};

describe('a delete that meets a running attempt', () => {
  test.each([
    ['random', randomScenarios, 1_500],
    ['directed', directedScenarios, 1_500],
  ])(
    'ends deleted, and one that meets a new upload leaves it alone, in every one of many %s schedules',
    async (_, scenarios, runs) => {
      const survived = await survives(versioned(scenarios), runs, (scenario) => play(scenario, {}, hide));
      expect(survived.failure).toBeUndefined();
      expect(survived.runs).toBeGreaterThanOrEqual(1_000);
    },
    300_000,
  );

  test('is caught where it would hide without looking, or leave what it hides behind', async () => {
    const blind = (scenario: Scenario) => play(scenario, {}, hideBlindly);
    const caught =
      (await caughtAfter(versioned(randomScenarios), 500, blind)) ??
      (await caughtAfter(versioned(directedScenarios), 10_000, blind));
    if (caught === undefined) throw new Error(`not caught by PROTOCOL_SEED=${seed}`);
    expect(caught).toBeGreaterThan(0);
  }, 300_000);
});

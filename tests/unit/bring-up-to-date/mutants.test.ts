import { expect, test } from '@jest/globals';

import { caughtAfter, seed } from './model/check.ts';
import { mutants } from './model/mutants.ts';
import { play } from './model/run.ts';
import { directedScenarios, randomScenarios, type Scenario } from './model/scenario.ts';

// A proof that finds nothing wrong with a wrong protocol proves nothing.

/** The rarest (no second look after a tombstone or a refusal) show in one of about 2,000 directed schedules, the first in no random one. */
const AT_MOST = 40_000;

test.each(Object.entries(mutants))(
  'catches a wrong protocol: %s',
  async (_, mutation) => {
    // Most show at once among random schedules; those that need bad luck have it sent to them.
    const mutated = (scenario: Scenario) => play(scenario, mutation);
    const caught =
      (await caughtAfter(randomScenarios, 500, mutated)) ?? (await caughtAfter(directedScenarios, AT_MOST, mutated));

    if (caught === undefined) throw new Error(`not caught by PROTOCOL_SEED=${seed}`);
    expect(caught).toBeGreaterThan(0);
  },
  300_000,
);

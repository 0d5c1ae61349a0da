import { expect, test } from '@jest/globals';

import { caughtAfter, seed } from '../bring-up-to-date/model/check.ts';
import { mutants } from './model/mutants.ts';
import { play } from './model/run.ts';
import { atWork, scenarios, type Scenario } from './model/scenario.ts';

// A proof that finds nothing wrong with a wrong repair proves nothing.

const AT_MOST = 20_000;

test.each(Object.entries(mutants))(
  'catches a wrong repair: %s',
  async (_, mutation) => {
    const mutated = (scenario: Scenario) => play(scenario, mutation);
    const caught =
      (await caughtAfter(atWork, 1_000, mutated)) ??
      (await caughtAfter(scenarios, 500, mutated)) ??
      (await caughtAfter(atWork, 5_000, mutated)) ??
      (await caughtAfter(scenarios, AT_MOST, mutated));

    if (caught === undefined) throw new Error(`not caught by PROTOCOL_SEED=${seed}`);
    expect(caught).toBeGreaterThan(0);
  },
  300_000,
);

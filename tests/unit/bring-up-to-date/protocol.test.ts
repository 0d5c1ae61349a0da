import { expect, test } from '@jest/globals';

import { seed, survives } from './model/check.ts';
import { play } from './model/run.ts';
import { directedScenarios, randomScenarios } from './model/scenario.ts';

// The real use cases in a world in memory, where every step of every invocation is one event that the schedule places: duplicates,
// reordering, lost events, crashes, failing and repeating calls, killers, lost outputs, two function versions and their recipes, and
// runs of reconcile-images in the midst of it. What must hold is in model/judge.ts. The rarest mutant of mutants.test.ts shows in one of
// about 2,000 directed schedules; `npm run test:long` plays eight times as many.

test.each([
  ['random', randomScenarios, 2_500],
  ['directed', directedScenarios, 2_500],
])(
  'records and outputs converge in every one of many %s schedules',
  async (kind, scenarios, runs) => {
    const survived = await survives(scenarios, runs, play);
    console.info(`${survived.runs} ${kind} schedules of PROTOCOL_SEED=${seed}`);

    expect(survived.failure).toBeUndefined();
    expect(survived.runs).toBeGreaterThanOrEqual(2_000);
  },
  300_000,
);

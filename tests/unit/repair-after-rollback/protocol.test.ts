import { expect, test } from '@jest/globals';

import { seed, survives } from '../bring-up-to-date/model/check.ts';
import { play } from './model/run.ts';
import { atWork, scenarios } from './model/scenario.ts';

// The real repair, the real reconcile-images and the real use case in a world in memory, where every step of every invocation is one
// event that the schedule places: a wrong version gets its share of the traffic and is withdrawn in the midst of its work.

test.each([
  ['random schedules', scenarios, 2_500],
  ['schedules that have it withdrawn in the midst of its work', atWork, 2_500],
])(
  'of many %s none leaves anything of a withdrawn version behind',
  async (kind, some, runs) => {
    const survived = await survives(some, runs, play);
    console.info(`${survived.runs} ${kind} of PROTOCOL_SEED=${seed}`);

    expect(survived.failure).toBeUndefined();
    expect(survived.runs).toBeGreaterThanOrEqual(2_000);
  },
  300_000,
);

import fc from 'fast-check';

import { play, type Mutation } from './run.ts';
import type { Scenario } from './scenario.ts';

/** `PROTOCOL_SEED=… npm run jest -- tests/unit/bring-up-to-date` plays the same schedules again; `PROTOCOL_RUNS` plays more of them. */
const given = { seed: process.env['PROTOCOL_SEED'], runs: process.env['PROTOCOL_RUNS'] };

export const seed = given.seed === undefined ? Math.trunc(Math.random() * 0x7fffffff) : Number(given.seed);

/** Plays up to so many schedules; a right protocol survives them. The number played, and the smallest failing schedule, if any. */
export async function survives(
  scenarios: fc.Arbitrary<Scenario>,
  runs: number,
): Promise<{ runs: number; failure?: string }> {
  const numRuns = Number(given.runs ?? runs);
  const details = await fc.check(propertyOf(scenarios), { seed, numRuns, interruptAfterTimeLimit: LONGEST });
  if (!details.failed) return { runs: details.numRuns };
  const [scenario] = details.counterexample ?? [];
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : 'interrupted';
  return { runs: details.numRuns, failure: `PROTOCOL_SEED=${seed}\n${fc.stringify(scenario)}\n${why}` };
}

/** How many schedules it takes until a wrong protocol is caught; undefined if it is not. */
export async function caughtAfter(
  scenarios: fc.Arbitrary<Scenario>,
  runs: number,
  mutation: Mutation,
): Promise<number | undefined> {
  const details = await fc.check(propertyOf(scenarios, mutation), { seed, numRuns: runs, endOnFailure: true });
  return details.failed ? details.numRuns : undefined;
}

/** ms. Making a failing schedule smaller may take long. */
const LONGEST = 280_000;

function propertyOf(scenarios: fc.Arbitrary<Scenario>, mutation?: Mutation) {
  return fc.asyncProperty(scenarios, async (scenario) => {
    const findings = await play(scenario, mutation);
    if (findings.length > 0) throw new Error([...new Set(findings)].join('\n'));
  });
}

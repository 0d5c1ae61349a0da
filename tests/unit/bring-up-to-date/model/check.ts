import fc from 'fast-check';

/** `PROTOCOL_SEED=… npm run jest -- tests/unit/bring-up-to-date` plays the same schedules again; `PROTOCOL_RUNS` plays more of them. */
const given = { seed: process.env['PROTOCOL_SEED'], runs: process.env['PROTOCOL_RUNS'] };

export const seed = given.seed === undefined ? Math.trunc(Math.random() * 0x7fffffff) : Number(given.seed);

/** Plays one schedule and says what is wrong with how it went, or ended: [] is right. */
type Play<Scenario> = (scenario: Scenario) => Promise<string[]>;

/** Plays up to so many schedules; a right protocol survives them. The number played, and the smallest failing schedule, if any. */
export async function survives<Scenario>(
  scenarios: fc.Arbitrary<Scenario>,
  runs: number,
  play: Play<Scenario>,
): Promise<{ runs: number; failure?: string }> {
  const numRuns = Number(given.runs ?? runs);
  const details = await fc.check(propertyOf(scenarios, play), { seed, numRuns, interruptAfterTimeLimit: LONGEST });
  if (!details.failed) return { runs: details.numRuns };
  const [scenario] = details.counterexample ?? [];
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : 'interrupted';
  return { runs: details.numRuns, failure: `PROTOCOL_SEED=${seed}\n${fc.stringify(scenario)}\n${why}` };
}

/** How many schedules it takes until a wrong protocol is caught; undefined if it is not. */
export async function caughtAfter<Scenario>(
  scenarios: fc.Arbitrary<Scenario>,
  runs: number,
  play: Play<Scenario>,
): Promise<number | undefined> {
  const details = await fc.check(propertyOf(scenarios, play), { seed, numRuns: runs, endOnFailure: true });
  return details.failed ? details.numRuns : undefined;
}

/** ms. Making a failing schedule smaller may take long. */
const LONGEST = 280_000;

function propertyOf<Scenario>(scenarios: fc.Arbitrary<Scenario>, play: Play<Scenario>) {
  return fc.asyncProperty(scenarios, async (scenario) => {
    const findings = await play(scenario);
    if (findings.length > 0) throw new Error([...new Set(findings)].join('\n'));
  });
}

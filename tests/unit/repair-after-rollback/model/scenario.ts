import fc from 'fast-check';

import type { Strategy } from '../../bring-up-to-date/model/interleaver.ts';
import type { Fault } from '../../bring-up-to-date/model/scenario.ts';
import type { Content } from '../../bring-up-to-date/model/world.ts';

/**
 * What version 2 does wrong: makes black outputs; refuses good images; takes every original for deleted; dies of every image. `nothing`:
 * it is withdrawn for something else.
 */
export type Defect = 'black' | 'rejects' | 'blind' | 'dies' | 'nothing';

/** What a user does to one image, in turn. */
export type Life = { acts: ({ put: Content } | 'delete')[]; /** Deliveries of each event. */ copies: number };

/** A release of version 2 that is withdrawn, and what else happens meanwhile. */
export type Scenario = {
  versioned: boolean;
  defect: Defect;
  /** Version 2 brings a newer recipe, and so does version 3. */
  newRecipe: boolean;
  /** What version 2 is given of the traffic, in tenths: 10 is all at once. */
  share: number;
  lives: Life[];
  /** Steps that pass before the canary, before it is withdrawn, before the repair is told, and before version 3. */
  pauses: number[];
  /** How many times EventBridge tells of the deployment; 0: never. */
  told: number;
  /** Pages that each of Lambda's tries of the repair has time for; without, as many as there are. */
  pages: number[];
  /** Version 3, which is in order, is released right after: tenths of the traffic at first. */
  third?: number;
  /** What befalls the image functions, image by image; and the repair. */
  faults: Fault[];
  repairFaults: Fault[];
  /** Runs of reconcile-images in the midst of it. */
  reconciliations: number;
  seed: number;
  strategy: Strategy;
};

const seeds = fc.integer({ min: 1, max: 0x7fffffff });
const put = (content: Content) => ({ put: content });
const lives: fc.Arbitrary<Life> = fc.record({
  acts: fc.constantFrom<Life['acts']>(
    [put('good')],
    [put('good')],
    [put('good'), put('other good')],
    [put('good'), 'delete'],
    [put('good'), 'delete', put('good')],
    [put('broken')],
    [put('broken'), put('good')],
  ),
  copies: fc.constantFrom(1, 1, 2, 3),
});

const faultsWithin = (steps: number, maxLength = 3): fc.Arbitrary<Fault[]> =>
  fc.array(
    fc.record({
      atStep: fc.nat(steps),
      kind: fc.constantFrom<Fault['kind'][]>('throws before', 'throws after', 'dies before', 'dies after', 'repeats'),
    }),
    { maxLength },
  );

const strategies: fc.Arbitrary<Strategy> = fc.oneof(
  seeds.map((seed) => ({ kind: 'random' as const, seed })),
  fc
    .record({ seed: seeds, changes: fc.integer({ min: 1, max: 6 }) })
    .map(({ seed, changes }) => ({ kind: 'directed' as const, seed, changes })),
);

const seldom = <T>(value: fc.Arbitrary<T>, otherwise: T) =>
  fc.oneof({ weight: 1, arbitrary: value }, { weight: 2, arbitrary: fc.constant(otherwise) });

/** Anything may happen. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    versioned: fc.boolean(),
    defect: fc.constantFrom<Defect[]>('black', 'black', 'black', 'rejects', 'rejects', 'blind', 'dies', 'nothing'),
    newRecipe: fc.boolean(),
    share: fc.constantFrom(1, 5, 10),
    lives: fc.array(lives, { minLength: 1, maxLength: 3 }),
    pauses: fc.array(fc.nat(30), { minLength: 4, maxLength: 4 }),
    told: fc.constantFrom(1, 1, 1, 2, 0),
    pages: seldom(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 2 }), []),
    third: fc.option(fc.constantFrom(1, 5, 10), { freq: 2, nil: undefined }),
    faults: seldom(faultsWithin(40), []),
    repairFaults: seldom(faultsWithin(60), []),
    reconciliations: fc.constantFrom(0, 0, 0, 1),
    seed: seeds,
    strategy: strategies,
  })
  .map(({ third, ...rest }) => ({ ...rest, ...(third !== undefined && { third }) }));

/** One image, several deliveries of its event, and little that fails: version 2 is withdrawn, and the repair begins, while it is at work. */
export const atWork: fc.Arbitrary<Scenario> = fc.record({
  versioned: fc.boolean(),
  defect: fc.constantFrom<Defect[]>('black', 'black', 'black', 'rejects', 'blind'),
  newRecipe: fc.boolean(),
  share: fc.constantFrom(5, 10),
  lives: fc
    .tuple(fc.constantFrom<Life['acts']>([put('good')], [put('good'), put('other good')]), fc.constantFrom(2, 3, 5))
    .map(([acts, copies]) => [{ acts, copies }]),
  pauses: fc.tuple(fc.constant(0), fc.integer({ min: 4, max: 40 }), fc.nat(4), fc.constant(0)),
  told: fc.constant(1),
  pages: fc.constant<number[]>([]),
  faults: fc.constant<Fault[]>([]),
  repairFaults: faultsWithin(25, 1),
  reconciliations: fc.constant(0),
  seed: seeds,
  strategy: strategies,
});

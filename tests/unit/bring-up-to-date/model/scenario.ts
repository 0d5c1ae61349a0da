import fc from 'fast-check';

import type { Strategy } from './interleaver.ts';
import type { Content } from './world.ts';

/** What a user does to one image; or somebody deletes one of its outputs, which no event tells. */
export type Action = { put: Content } | 'delete' | 'lose an output';

/** What befalls one step of a worker. `repeats`: the answer was lost and the client asked again, as AWS's SDK does. */
export type Fault = {
  atStep: number;
  kind: 'throws before' | 'throws after' | 'dies before' | 'dies after' | 'repeats';
};

/** How the event of one action travels. */
export type Journey = {
  /** 0: the event is lost. */
  copies: number;
  /** Which of the two function versions behind the alias each delivery meets, in turn. */
  versions: ('1' | '2')[];
};

export type Scenario = {
  versioned: boolean;
  /** Version 2 of the function also brings a newer recipe. */
  newRecipe: boolean;
  actions: { action: Action; journey: Journey }[];
  faults: Fault[];
  /** How many times, at moments of the strategy's choice, more time passes than an invocation may take. */
  lapses: number;
  /** How many times reconcile-images runs in between. */
  reconciliations: number;
  /** The version that serves alone in the end; none if both go on. */
  end: '1' | '2' | 'both';
  strategy: Strategy;
};

const contents = fc.constantFrom<Content>('good', 'other good', 'good', 'broken', 'killer', 'killer of 1');
const actions = fc.oneof(
  { weight: 6, arbitrary: contents.map((put) => ({ put })) },
  { weight: 2, arbitrary: fc.constant('delete' as const) },
  { weight: 1, arbitrary: fc.constant('lose an output' as const) },
);
const ends = fc.constantFrom('1' as const, '2' as const, 'both' as const);
const versions = fc.array(fc.constantFrom('1' as const, '2' as const), { minLength: 1, maxLength: 3 });
const seeds = fc.integer({ min: 1, max: 0x7fffffff });
const faults: fc.Arbitrary<Fault[]> = fc.array(
  fc.record({
    atStep: fc.nat(60),
    kind: fc.constantFrom<Fault['kind'][]>('throws before', 'throws after', 'dies before', 'dies after', 'repeats'),
  }),
  { maxLength: 3 },
);

/** Anything may happen, in any order. */
export const randomScenarios: fc.Arbitrary<Scenario> = fc.record({
  versioned: fc.boolean(),
  newRecipe: fc.boolean(),
  actions: fc.array(
    fc.record({
      action: actions,
      journey: fc.record({ copies: fc.constantFrom(1, 1, 1, 2, 3, 0), versions }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  faults,
  lapses: fc.nat(3),
  reconciliations: fc.constantFrom(0, 0, 1, 2),
  end: ends,
  strategy: seeds.map((seed) => ({ kind: 'random' as const, seed })),
});

const put = (content: Content): Action => ({ put: content });

/** Histories after which the bucket looks as it did before, or nearly: what hides a change from whoever was not looking. */
const treacherous = fc.constantFrom<Action[]>(
  [put('good'), 'delete', put('good')],
  [put('good'), put('other good'), put('good')],
  [put('good'), put('broken'), put('good')],
  [put('broken'), put('good'), put('broken')],
  [put('broken'), 'delete', put('broken')],
  [put('good'), 'delete'],
  [put('good'), put('other good')],
  [put('broken'), put('good')],
  [put('killer'), put('good')],
  [put('good'), 'lose an output', put('other good')],
);

/** Few actors, no luck: the strategy leaves one of them standing where it hurts. */
export const directedScenarios: fc.Arbitrary<Scenario> = fc.record({
  versioned: fc.boolean(),
  newRecipe: fc.boolean(),
  actions: fc
    .tuple(treacherous, fc.constantFrom(1, 1, 1, 2), versions)
    .map(([history, copies, versions]) => history.map((action) => ({ action, journey: { copies, versions } }))),
  faults: fc.oneof({ weight: 3, arbitrary: fc.constant<Fault[]>([]) }, faults),
  lapses: fc.constantFrom(0, 0, 1),
  reconciliations: fc.constantFrom(0, 0, 0, 1, 2),
  end: ends,
  strategy: fc
    .record({ seed: seeds, changes: fc.integer({ min: 1, max: 4 }) })
    .map(({ seed, changes }) => ({ kind: 'directed' as const, seed, changes })),
});

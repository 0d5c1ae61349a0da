import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { superfluousVersions } from '../../../../commands/prune/superfluous.ts';

test.each([
  ['the serving one and the one before', ['1', '2', '3', '10', '9'], ['10'], [], ['1', '2', '3']],
  ['both that share the traffic, and the one before', ['1', '2', '3', '4'], ['3', '4'], [], ['1']],
  ['what a deployment or the stack names', ['1', '2', '3', '4', '5'], ['4'], ['5', '2'], ['1']],
  ['newer ones than the serving one only by name', ['1', '2', '3'], ['1'], [], ['2', '3']],
  ['all if none serves', ['1', '2'], [], [], []],
  ['all if only $LATEST serves', ['1', '2'], ['$LATEST'], [], []],
])('keeps %s', (_, published, serving, named, expected) => {
  expect(superfluousVersions({ published, serving, named })).toEqual(expected);
});

test('never gives up a version that serves, that is named, or that was published just before', () => {
  const version = fc.integer({ min: 1, max: 40 }).map(String);
  fc.assert(
    fc.property(
      fc.uniqueArray(version, { minLength: 1 }),
      fc.array(version, { maxLength: 2 }),
      fc.array(version, { maxLength: 4 }),
      (published, serving, named) => {
        const given = superfluousVersions({ published, serving, named });
        for (const one of [...serving, ...named]) expect(given).not.toContain(one);
        for (const one of given) expect(published).toContain(one);
        const before = published.map(Number).filter((one) => one < Math.min(...serving.map(Number)));
        if (before.length > 0) expect(given).not.toContain(String(Math.max(...before)));
      },
    ),
  );
});

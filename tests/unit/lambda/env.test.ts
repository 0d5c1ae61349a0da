import { expect, test } from '@jest/globals';

import { readEnv } from '../../../functions/shared/lambda/env.ts';

test('tells the variables that were asked for', () => {
  expect(readEnv(['A', 'B'], { A: '1', B: '2', C: '3' })).toEqual({ A: '1', B: '2' });
});

test('lists every missing one at once, and an empty one is missing', () => {
  expect(() => readEnv(['A', 'B', 'C', 'D'], { A: '1', C: '', D: ' ' })).toThrow(/: B, C, D$/u);
});

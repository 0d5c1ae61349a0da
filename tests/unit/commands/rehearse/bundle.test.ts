import { expect, test } from '@jest/globals';
import { strFromU8, unzipSync } from 'fflate';

import { bundle, esbuildOptions } from '../../../../commands/rehearse/faults/bundle.ts';

test('bundles a function by the settings of the template, with a mark in its first line', async () => {
  const [one, again, another] = await Promise.all(
    ['first', 'first', 'second'].map((mark) => bundle('GenerateThumbnailsFunction', mark)),
  );
  const files = unzipSync(one ?? Uint8Array.of());
  expect(Object.keys(files)).toEqual(['handler.js']);
  const [mark, ...code] = strFromU8(files['handler.js'] ?? Uint8Array.of()).split('\n');
  expect(mark).toBe('// first');
  expect(code.join('\n')).toContain('require("sharp")');
  expect(again).toEqual(one);
  expect(another).not.toEqual(one);
});

test('does not make a bundle without the defect that it is to have', async () => {
  const defect = { file: 'black.ts', replaces: 'shared/lambda/batch.ts' };
  await expect(bundle('GenerateThumbnailsFunction', 'mark', defect)).rejects.toThrow(/does not use .*batch\.ts/u);
});

test('does not bundle by settings that it does not know', () => {
  expect(() => esbuildOptions({ Minify: true, Splitting: true })).toThrow(/Splitting/u);
});

import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { readDataUri } from '../../../../commands/rehearse/draw/data-uri.ts';
import { relativeSizes } from '../../../../commands/rehearse/draw/relative-sizes.ts';
import { picturesSideBySide } from '../../../../commands/rehearse/draw/terminal.ts';
import type { HookReport } from '../../../../commands/rehearse/story.ts';

type Picture = HookReport['pictures'][number];
type Extent = { width: number; height: number };

const uriOf = async (colour: string, { width, height }: Extent): Promise<string> => {
  const png = await sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
};

const wide = { width: 120, height: 80 };
const outputs = (size: Extent): Picture['got']['outputs'] => [{ ...size, format: 'webp', bytes: 1000 }];

/** Red was expected and blue came. */
const failed = async (name: string, size: Extent = wide, mean = 20): Promise<Picture> => ({
  name,
  verdict: 'failed',
  problems: ['the colours differ'],
  expected: { status: 'ready', outputs: outputs(wide) },
  got: { status: 'ready', outputs: outputs(size) },
  distance: { mean, worst: mean },
  ms: 100,
  expectedPicture: await uriOf('#ff0000', wide),
  gotPicture: await uriOf('#0000ff', size),
});
const reportOf = (...pictures: Picture[]): HookReport => ({
  hook: 'verify-before-traffic',
  verdict: 'Failed',
  failures: [],
  pictures,
});
const red = '\u001b[38;2;255;0;0m\u001b[48;2;255;0;0m▀';
const blue = '\u001b[38;2;0;0;255m\u001b[48;2;0;0;255m▀';

test('expected and got stand beside each other, in their colours', async () => {
  const lines = (await picturesSideBySide(reportOf(await failed('sideways')), 80)).split('\n');
  const texts = lines.map((line) => stripVTControlCharacters(line));
  expect(texts[0]).toBe('  ✗ sideways: the colours differ');
  expect(texts[3]).toBe('  expected                   got');
  expect(texts[4]).toBe('  120 x 80 webp              120 x 80 webp');
  const drawn = lines.slice(5);
  // 24 columns and two thirds of that in pixels, two of them a row.
  expect(drawn).toHaveLength(8);
  for (const line of drawn) expect(line).toBe(`  ${red.repeat(24)}\u001b[0m   ${blue.repeat(24)}\u001b[0m`);
});

test('as many as fit stand in one row, the furthest from what they should be first', async () => {
  const report = reportOf(
    await failed('near', wide, 5),
    await failed('far', wide, 40),
    await failed('farther', wide, 41),
  );
  const titles = async (columns: number): Promise<string> =>
    stripVTControlCharacters((await picturesSideBySide(report, columns)).split('\n')[0] ?? '');
  expect(await titles(60)).toMatch(/^ {2}✗ farther\S* the colours differ$/u);
  expect(await titles(110)).toMatch(/✗ farther.*✗ far:/u);
  expect(await titles(170)).toMatch(/✗ farther.*✗ far:.*✗ near/u);
  const widest = Math.max(
    ...(await picturesSideBySide(report, 110)).split('\n').map((line) => stripVTControlCharacters(line).length),
  );
  expect(widest).toBeLessThanOrEqual(110);
});

test('what came out smaller is drawn smaller', async () => {
  const text = await picturesSideBySide(reportOf(await failed('tiny', { width: 12, height: 8 })), 80);
  const rows = text.split('\n').slice(5);
  expect(rows[0]).toBe(`  ${red.repeat(24)}\u001b[0m   ${blue.repeat(2)}\u001b[0m${' '.repeat(22)}`.trimEnd());
  expect(rows[1]).not.toContain(blue);
});

test('what has no picture, or one that is damaged, is said to have none', async () => {
  const picture = await failed('crashed');
  const without = { ...picture };
  delete without.gotPicture;
  const damaged = { ...picture, gotPicture: 'data:image/png;base64,AAAA' };
  expect(await picturesSideBySide(reportOf(without), 80)).toContain('(no picture)');
  expect(await picturesSideBySide(reportOf(damaged), 80)).toContain('(cannot be drawn)');
});

test('a report without pictures that failed draws nothing', async () => {
  const passed: Picture = { ...(await failed('fine')), verdict: 'passed' };
  expect(await picturesSideBySide(reportOf(passed), 80)).toBe('');
});

test.each([
  'https://example.com/a.png',
  'data:image/svg+xml;base64,PHN2Zz4=',
  'data:text/html;base64,PGI+',
  'data:image/png;base64,AAAA" onerror="alert(1)',
  'data:image/png,AAAA',
  '',
])('takes no picture from %p', (uri) => {
  expect(readDataUri(uri)).toBeUndefined();
});

test('sizes stand to each other as the outputs do, and the longest side is 1', () => {
  const of = (expected: Extent | undefined, got: Extent | undefined): ReturnType<typeof relativeSizes> =>
    relativeSizes({
      expected: { status: 'ready', outputs: expected ? outputs(expected) : [] },
      got: { outputs: got ? outputs(got) : [] },
    });
  expect(of({ width: 100, height: 50 }, { width: 50, height: 200 })).toEqual({
    expected: { width: 0.5, height: 0.25 },
    got: { width: 0.25, height: 1 },
  });
  expect(of({ width: 100, height: 50 }, undefined).got).toEqual({ width: 1, height: 0.5 });
  expect(of(undefined, undefined)).toEqual({ expected: { width: 1, height: 1 }, got: { width: 1, height: 1 } });
});

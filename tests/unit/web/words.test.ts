import { describe, expect, test } from '@jest/globals';
import { en } from '../../../web/words/en.ts';
import { createFormat } from '../../../web/words/format.ts';
import { ko } from '../../../web/words/ko.ts';
import { preferred, varietyOf } from '../../../web/words/language.ts';
import { reasonIn } from '../../../web/words/reasons.ts';
import { guard } from '../../../functions/shared/imaging/guard.ts';
import { sizeRefusal } from '../../../functions/shared/images/original-size.ts';
import { gifOfOneFrame, gifOnCanvas, pngOfZeros, avifClaiming } from '../../support/hostile-pictures.ts';

/** Every text by its path, those that need arguments with some. */
function texts(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const at = `${path}${name}`;
    if (typeof value === 'string') return [[at, value]];
    if (typeof value === 'object' && value !== null) return texts(value, `${at}.`);
    const list = at === 'deleted';
    const say = value as (...args: unknown[]) => string;
    return [
      [`${at}(1)`, say(list ? ['a'] : 1, 1, 1)],
      [`${at}(2)`, say(list ? ['a', 'b'] : 2, 2, 2)],
    ];
  });
}
const english = texts(en(createFormat('en')));
const korean = new Map(texts(ko(createFormat('ko'))));

test('both languages say the same things, and none is missing or left in the other language', () => {
  expect([...korean.keys()]).toEqual(english.map(([path]) => path));
  for (const [path, text] of english) {
    const other = korean.get(path) ?? '';
    expect([path, text === '', /undefined|NaN/u.test(text + other)]).toEqual([path, other === '', false]);
    // Numbers, units and signs are the same in both; whatever has letters is not.
    if (/[a-z]{3}/u.test(text))
      expect([path, /[가-힣]/u.test(other) || /^(amount|format)/u.test(path)]).toEqual([path, true]);
  }
});

test('the language is the first of the user’s that the page speaks, in their own variety', () => {
  expect([['de', 'ko-KR', 'en'], ['EN-us'], ['fr'], []].map(preferred)).toEqual(['ko', 'en', 'en', 'en']);
  expect(varietyOf('en', ['ko-KR', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(varietyOf('ko', ['fr'])).toBe('ko');
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [999_999, '1,000 kB'],
  [25_000_000, '25 MB'],
  [7_654_321_000, '7.7 GB'],
])('%d bytes are %s', (bytes, text) => {
  expect(createFormat('en').bytes(bytes)).toBe(text);
});

test('a time without a zone is shown as the camera wrote it, wherever the device is', () => {
  const { localMoment } = createFormat('en-GB');
  expect(localMoment('2025-06-21T06:05:00')).toBe('21 Jun 2025, 06:05');
  expect(localMoment('no time')).toBe('no time');
});

describe('a reason of the pipeline', () => {
  const cases: [string, () => Promise<string | undefined>][] = [
    ['no image', () => refusalOf(Buffer.from([0, 1, 2, 3, 254, 255]))],
    ['an empty file', () => refusalOf(Buffer.alloc(0))],
    ['a file too large', async () => sizeRefusal(26_000_000)],
    ['a HEIC that is not read', () => refusalOf(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))],
    ...[
      'II*\0',
      '%PDF-1.7',
      'BM\x9a\0\0\0',
      '\0\0\x01\0',
      '8BPS',
      '\xff\x0a\xfa',
      '\0\0\0\x0cjP  ',
      '\0\0\0\x20ftypisom',
      'PK\x03\x04',
      '\x1f\x8b',
      '<svg/>',
      '<!doctype html>',
      'Dear diary',
    ].map((start): [string, () => Promise<string | undefined>] => [
      JSON.stringify(start),
      () => refusalOf(Buffer.from(start, 'latin1')),
    ]),
    ['a side too long', () => refusalOf(pngOfZeros(20_001, 1))],
    ['too many pixels', () => refusalOf(gifOfOneFrame(8000, 7000))],
    ['too much memory', async () => refusalOf(await avifClaiming(7000, 7000))],
    ['too many pages', () => refusalOf(gifOnCanvas(9, 9, 1001))],
    ['damage', async () => 'the jpeg file is damaged or incomplete: it cannot be decoded'],
    ['a crash', async () => 'poison: the process crashed, or ran out of memory or time'],
  ];

  test.each(cases)('is said in Korean: %s', async (_, ask) => {
    const reason = await ask();
    expect(reason).toEqual(expect.any(String));
    const { text, lang } = reasonIn('ko', reason ?? '');
    expect(lang).toBe('ko');
    expect(text).toMatch(/[가-힣]\.$/u);
    expect(text).not.toMatch(/undefined|image|drawing|document|archive|pixels/u);
    expect(reasonIn('en', reason ?? '').text).toMatch(/^(?!poison)[^a-z].*[.!?]$/u);
  });

  test('an unknown reason is shown unchanged, and marked as English', () => {
    expect(reasonIn('ko', 'the moon is full')).toEqual({ text: 'The moon is full.', lang: 'en' });
  });
});

const refusalOf = (file: Uint8Array): Promise<string | undefined> =>
  guard(file).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );

import { describe, expect, test } from '@jest/globals';
import { clipLine, leftAndRight, lineWidth } from '../../../../commands/rehearse/draw/terminal/line.ts';
import { clip, padEnd, widthOf, wrap } from '../../../../commands/rehearse/draw/terminal/width.ts';

test.each([
  ['plain', 5],
  ['✓ ● █ ▁ ⠋', 9],
  ['画像', 4],
  ['😀', 2],
  ['한국어', 6],
  ['ｆｕｌｌ', 8],
  ['e\u0301', 1],
])('knows how many columns %s takes', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

describe('a text that does not fit', () => {
  test('is cut, and says so', () => {
    expect(clip('as it is', 8)).toBe('as it is');
    expect(clip('too long', 7)).toBe('too lo…');
    expect(clip('anything', 0)).toBe('');
  });

  test('is never cut within a wide character', () => {
    expect(clip('画像です', 5)).toBe('画像…');
    expect(clip('画像です', 6)).toBe('画像…');
    expect(padEnd('画像', 6)).toBe('画像  ');
  });

  test('is broken between its words, and cut where there are too many lines', () => {
    expect(wrap('one two three four', 9, 3)).toEqual(['one two', 'three', 'four']);
    expect(wrap('one two three four', 9, 2)).toEqual(['one two', 'three fo…']);
    expect(wrap('unbreakable', 5, 2)).toEqual(['unbr…']);
  });

  test('is cut across the pieces of a line, whatever their tones', () => {
    const line = [
      ['strong', 'title'],
      ['quiet', ' and more'],
      ['bad', '!'],
    ] as const;
    expect(clipLine(line, 15)).toEqual(line);
    expect(clipLine(line, 14).map(([, text]) => text)).toEqual(['title', ' and mor…']);
    expect(clipLine(line, 5).map(([, text]) => text)).toEqual(['titl…']);
  });

  test('leaves the right half of a line in its place, or goes without it where it may go', () => {
    const [left, right] = [[['plain', 'x'.repeat(30)]] as const, [['plain', '0:07']] as const];
    expect(
      leftAndRight(left, right, 24)
        .map(([, text]) => text)
        .join(''),
    ).toBe(`${'x'.repeat(17)}…  0:07`);
    expect(lineWidth(leftAndRight(left, right, 60))).toBe(60);
    expect(leftAndRight(left, right, 30, true)).toEqual(left);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { acceptedTypes, contentTypeOf } from '../../../functions/shared/gallery/accepted-types.ts';
import { LONGEST_NAME, safeName } from '../../../functions/shared/gallery/safe-name.ts';

describe('a safe name', () => {
  test.each([
    ['휴가 사진.jpg', '휴가 사진.jpg'],
    ['한글.jpg'.normalize('NFD'), '한글.jpg'],
    ['C:\\photos\\cat.png', 'cat.png'],
    ['../../etc/passwd', 'passwd'],
    ['..', 'image'],
    ['', 'image'],
    ['a/', 'image'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['a\u0000b\r\nc.png', 'abc.png'],
    ['x${filename}.png', 'x{filename}.png'],
    ['a\u00a0 \u3000b.png', 'a b.png'],
    ['<img src=x onerror=alert(1)>.png', '<img src=x onerror=alert(1)>.png'],
    ['\ud800.png', '.png'],
  ])('of %j is %j', (name, expected) => {
    expect(safeName(name)).toBe(expected);
  });

  test('keeps its ending and whole characters where it is cut', () => {
    const korean = safeName(`${'가'.repeat(300)}.heic`);
    expect(korean).toBe(`${'가'.repeat(65)}.heic`);
    const families = safeName(`${'👨‍👩‍👧‍👦'.repeat(50)}.png`);
    expect(Buffer.byteLength(families)).toBeLessThanOrEqual(LONGEST_NAME);
    expect(families.isWellFormed()).toBe(true);
  });

  test('is one part of a key, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme', maxLength: 400 })),
        (name) => {
          const safe = safeName(name);
          expect(safe).not.toMatch(/^\.*$|[/\\]|\p{Cc}|\$\{/u);
          expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(LONGEST_NAME);
          expect(safe.isWellFormed() && safe === safe.normalize('NFC')).toBe(true);
          expect(safeName(safe)).toBe(safe);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('a type is one of those that are accepted, or none', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (type, name) => {
      expect([...acceptedTypes, undefined]).toContain(contentTypeOf(type, name));
    }),
  );
  expect(acceptedTypes.map((type) => contentTypeOf(type.toUpperCase(), ''))).toEqual(acceptedTypes);
});

import { describe, expect, test } from '@jest/globals';
import { acceptAttribute, objectionTo } from '../../../web/uploads/accept.ts';
import { problemOf } from '../../../web/uploads/send.ts';
import { createMeter } from '../../../web/uploads/speed.ts';
import { acceptedTypes } from '../../../functions/shared/gallery/accepted-types.ts';

const accepted = { maxBytes: 25_000_000, types: acceptedTypes };
const file = (name: string, type: string, size = 5) => ({ name, type, size });

describe('a file', () => {
  test('is taken by its type, or by its ending where the browser names no type', () => {
    for (const type of acceptedTypes) expect(objectionTo(file('x', type), accepted)).toBeUndefined();
    for (const name of ['a.heic', 'b.HEIC', 'c.heif', 'd.jpeg', '휴가.AVIF'])
      expect(objectionTo(file(name, ''), accepted)).toBeUndefined();
  });

  test.each([
    ['notes.txt', 'text/plain', 5, 'unsupported-type'],
    ['drawing.svg', 'image/svg+xml', 5, 'unsupported-type'],
    ['jpg', '', 5, 'unsupported-type'],
    ['photo.jpg.exe', '', 5, 'unsupported-type'],
    ['photo.jpg', 'image/jpeg', 0, 'empty'],
    ['photo.jpg', 'image/jpeg', 25_000_001, 'too-large'],
  ])('%s of type "%s" and %d bytes is refused: %s', (name, type, size, reason) => {
    expect(objectionTo(file(name, type, size), accepted)).toBe(reason);
  });

  test('may have exactly 25,000,000 bytes', () => {
    expect(objectionTo(file('a.jpg', 'image/jpeg', 25_000_000), accepted)).toBeUndefined();
  });

  test('can be chosen by type and by ending', () => {
    const attribute = acceptAttribute(acceptedTypes).split(',');
    expect(attribute).toEqual(expect.arrayContaining(['image/jpeg', '.jpg', '.heic', '.avif']));
  });
});

test.each([
  [503, '<Error><Code>SlowDown</Code></Error>', 'busy'],
  [400, '<Error><Code>RequestTimeout</Code></Error>', 'busy'],
  [400, '<Error><Code>EntityTooLarge</Code></Error>', 'changed'],
  [
    403,
    '<Error><Code>AccessDenied</Code><Message>Invalid according to Policy: Policy expired.</Message></Error>',
    'busy',
  ],
  [403, '<Error><Code>AccessDenied</Code></Error>', 'refused'],
  [403, 'no XML at all', 'refused'],
])('what S3 answers with %d %s is %s', (status, xml, reason) => {
  expect(problemOf(status, xml).reason).toBe(reason);
});

test('a speed is that of the last seconds', () => {
  const meter = createMeter();
  expect(meter.at(0, 0)).toBe(0);
  expect(meter.at(1000, 1000)).toBe(1000);
  meter.at(1000, 5000);
  expect(meter.at(3000, 7000)).toBe(1000);
});

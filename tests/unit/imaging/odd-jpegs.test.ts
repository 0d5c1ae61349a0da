import { expect, test } from '@jest/globals';

import { decodeWhole, fingerprintOf, outcomeOf } from '../../support/decode-whole.ts';
import { mosaicJpeg, withBytesBefore, withJfifVersion, withoutEnd, type Mosaic } from '../../support/odd-jpegs.ts';
import { drawTexture } from '../../support/pictures.ts';

const drawings = {
  'a JPEG': () => drawTexture(180, 130).jpeg(),
  'a JPEG with colours at full size': () => drawTexture(180, 130).jpeg({ chromaSubsampling: '4:4:4' }),
  'a grey JPEG': () => drawTexture(180, 130).toColourspace('b-w').jpeg(),
  'a progressive JPEG': () => drawTexture(180, 130).jpeg({ progressive: true }),
  'a progressive JPEG with colours at full size': () =>
    drawTexture(180, 130).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
} as const;
const names = Object.keys(drawings) as (keyof typeof drawings)[];

const shades = Array.from({ length: 7 }, (_, y) => Array.from({ length: 9 }, (_, x) => ((x * 29 + y * 37) % 120) - 60));
const mosaics: Record<string, Mosaic> = {
  'without restart markers': {},
  'with a restart marker after each block': { restartInterval: 1 },
  'with a restart marker after each row': { restartInterval: 9 },
  'with restart markers amid rows': { restartInterval: 5 },
};
const extraneous = Buffer.from([0x12, 0xff, 0x00, 0x34]);
const damaged = 'the JPEG file is damaged or incomplete: it cannot be decoded';

test.each(names)('%s without an EOI marker is shown like the whole one', async (name) => {
  const whole = await drawings[name]().toBuffer();
  const expected = await fingerprintOf(whole);
  expect(await fingerprintOf(withoutEnd(whole))).toBe(expected);
  // Half of the marker; then junk, or a note that is cut off.
  expect(await fingerprintOf(whole.subarray(0, -1))).toBe(expected);
  expect(await fingerprintOf(Buffer.concat([withoutEnd(whole), Buffer.alloc(50)]))).toBe(expected);
  expect(await fingerprintOf(Buffer.concat([withoutEnd(whole), Buffer.from([0xff, 0xe1, 0x40, 0])]))).toBe(expected);
  expect(await fingerprintOf(Buffer.concat([withoutEnd(whole), whole]))).toBe(expected);
});

test.each(names)('%s that lacks but the last bytes of its data is refused', async (name) => {
  const data = withoutEnd(await drawings[name]().toBuffer());
  // The decoder itself would accept these, with an end behind them: it forgets to look at its warnings after the last rows.
  for (const cut of [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144])
    expect(await outcomeOf(data.subarray(0, -cut))).toBe(damaged);
});

test('a progressive JPEG that lacks whole scans at its end is refused', async () => {
  const whole = await drawings['a progressive JPEG']().toBuffer();
  for (let at = whole.lastIndexOf(Buffer.from([0xff, 0xc4])); at > 600;) {
    expect(await outcomeOf(whole.subarray(0, at))).toBe(damaged);
    at = whole.lastIndexOf(Buffer.from([0xff, 0xc4]), at - 1);
  }
});

test('a JPEG whose components have scans of their own is whole when each has had its one', async () => {
  const first = mosaicJpeg(shades);
  expect(await outcomeOf(withoutEnd(first))).toBe('accepted');
  // A second component that no scan brings: the frame header says that there are two.
  const frame = first.indexOf(Buffer.from([0xff, 0xc0]));
  const two = Buffer.concat([first.subarray(0, frame + 13), Buffer.from([2, 0x11, 0]), first.subarray(frame + 13)]);
  two.writeUInt16BE(14, frame + 2);
  two[frame + 9] = 2;
  expect(await outcomeOf(withoutEnd(two))).not.toBe('accepted');
});

test.each([0x00, 0x01, 0xd0, 0xd3, 0xd7])(
  'a marker without a length between segments is skipped: 0xff%s',
  async (code) => {
    for (const name of ['a JPEG', 'a progressive JPEG'] as const) {
      const whole = await drawings[name]().toBuffer();
      // Before quantisation tables, Huffman tables, the frame, each scan and the end.
      const odd = withBytesBefore(whole, [0xdb, 0xc4, 0xc0, 0xc2, 0xda, 0xd9], Buffer.from([0xff, code]));
      expect(await fingerprintOf(odd)).toBe(await fingerprintOf(whole));
    }
  },
);

test.each([
  [0, 0],
  [2, 1],
  [255, 255],
])('the version of JFIF decides nothing: %i.%i', async (major, minor) => {
  const whole = await drawings['a JPEG']().toBuffer();
  expect(await fingerprintOf(withJfifVersion(whole, major, minor))).toBe(await fingerprintOf(whole));
});

test.each(names)(
  '%s with bytes between the data of its scans and their ends is shown like the one without',
  async (name) => {
    const whole = await drawings[name]().toBuffer();
    const odd = withBytesBefore(whole, [0xda, 0xc4, 0xd9], extraneous);
    expect(odd.length).toBeGreaterThan(whole.length);
    expect(await fingerprintOf(odd)).toBe(await fingerprintOf(whole));
    expect(await fingerprintOf(withoutEnd(odd))).toBe(await fingerprintOf(whole));
  },
);

test.each(Object.entries(mosaics))(
  'a JPEG %s is shown like itself with bytes before each marker',
  async (_, options) => {
    const pixels = await decodeWhole(mosaicJpeg(shades, options));
    const middles = shades.map((row, y) =>
      row.map((_, x) => pixels.data[((y * 8 + 4) * 72 + x * 8 + 4) * pixels.channels]),
    );
    expect(middles).toEqual(shades.map((row) => row.map((shade) => 128 + shade * 2)));
    expect(await fingerprintOf(mosaicJpeg(shades, { ...options, extraneous }))).toBe(
      await fingerprintOf(mosaicJpeg(shades, options)),
    );
  },
);

test('bytes before restart markers excuse no block that is missing, and no marker that is', async () => {
  const odd = mosaicJpeg(shades, { restartInterval: 5, extraneous });
  const markers = [0xd0, 0xd1, 0xd2].map((code) => odd.indexOf(Buffer.from([0xff, code])));
  const [first = 0, second = 0, third = 0] = markers;
  expect(await outcomeOf(odd)).toBe('accepted');
  const without = (from: number, to: number): Buffer => Buffer.concat([odd.subarray(0, from), odd.subarray(to)]);
  expect(await outcomeOf(without(first + 2, second))).toBe(damaged);
  expect(await outcomeOf(without(second, second + 2))).toBe(damaged);
  expect(await outcomeOf(without(second, third))).toBe(damaged);
});

test.each<[string, Mosaic]>([
  ['this is a lossless JPEG', { frame: 0xc3 }],
  ['this is a lossless JPEG', { frame: 0xcb }],
  ['this is a hierarchical JPEG', { frame: 0xc5 }],
  ['this is a JPEG-LS image', { frame: 0xf7 }],
  ['this is a JPEG of 12 bits a channel', { frame: 0xc1, bits: 12 }],
  ['this JPEG gives its height only after its pixels (DNL)', { height: 0 }],
])('%s: so says the refusal', async (reason, options) => {
  const outcome = await outcomeOf(mosaicJpeg(shades, options));
  expect(outcome.startsWith(reason)).toBe(true);
  expect(outcome).toMatch(/cannot be read here: export it as an ordinary JPEG of 8 bits a channel$/u);
});

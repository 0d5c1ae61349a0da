import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { asPlaceholder, inspect, preview, showPlaceholder } from '../../../functions/shared/imaging/inspect.ts';

const picture = () => sharp({ create: { width: 300, height: 200, channels: 3, background: '#c81e28' } });

test.each(['webp', 'avif'] as const)('tells a %s as it is decoded', async (format) => {
  const { rgba, ...told } = await inspect(await picture().toFormat(format, { lossless: true }).toBuffer());
  expect(told).toEqual({ width: 300, height: 200, format, metadata: [] });
  expect(rgba).toHaveLength(300 * 200 * 4);
  expect(rgba[3]).toBe(255);
  [200, 30, 40].forEach((channel, n) => expect(Math.abs((rgba[n] ?? NaN) - channel)).toBeLessThanOrEqual(2));
});

test('keeps what is transparent transparent', async () => {
  const { rgba } = await inspect(await picture().ensureAlpha(0.5).webp({ lossless: true }).toBuffer());
  expect([...rgba.subarray(0, 4)]).toEqual([200, 30, 40, 127]);
});

test.each([
  ['EXIF', () => picture().withExif({ IFD0: { Make: 'x' } })],
  ['XMP', () => picture().withXmp('<x/>')],
  ['a colour profile', () => picture().withIccProfile('p3')],
])('tells of %s', async (name, draw) => {
  for (const format of ['webp', 'avif'] as const) {
    const { metadata } = await inspect(await draw().toFormat(format).toBuffer());
    expect(metadata).toContain(name);
  }
});

test('tells of an orientation, and decodes the picture as it is stored', async () => {
  const turned = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  expect(await inspect(turned)).toMatchObject({ width: 300, height: 200, metadata: ['EXIF', 'an orientation'] });
});

test('does not mind a profile that is sRGB', async () => {
  const { metadata } = await inspect(await picture().withIccProfile('srgb').webp().toBuffer());
  expect(metadata).toEqual([]);
});

test('throws where a file is damaged', async () => {
  const whole = await picture().webp().toBuffer();
  await expect(inspect(whole.subarray(0, whole.length / 2))).rejects.toThrow();
  await expect(inspect(Buffer.from('no picture'))).rejects.toThrow();
});

test('does not decode what would fill the memory', async () => {
  const large = sharp({ create: { width: 4_000, height: 2_600, channels: 3, background: '#000' } });
  await expect(inspect(await large.webp({ effort: 0 }).toBuffer())).rejects.toThrow('pixel limit');
});

test('shows what a placeholder shows, in the shape of its picture', () => {
  const half = new Uint8Array(16 * 16 * 4).map((_, n) => (n % 4 === 3 ? 255 : n < 8 * 16 * 4 ? 200 : 40));
  const { width, height, rgba } = asPlaceholder(half, { width: 3_000, height: 1_500 });
  expect(width / height).toBeGreaterThan(1.5);
  expect(rgba[0]).toBeGreaterThan(150);
  expect(rgba.at(-4)).toBeLessThan(90);
});

test.each(['', 'no thumbhash', 'AAAA', Buffer.alloc(200).toString('base64')])(
  'finds no placeholder in %j',
  (placeholder) => {
    expect(() => showPlaceholder(placeholder)).toThrow('no thumbhash in base64');
  },
);

test('a preview is a small picture that a page can show, and never larger than the picture', async () => {
  const sizeOf = async (uri: string) => {
    const [type, base64 = ''] = uri.split(',');
    expect(type).toBe('data:image/webp;base64');
    const { width, height } = await sharp(Buffer.from(base64, 'base64')).metadata();
    return { width, height };
  };
  const pixels = (width: number, height: number) => ({ width, height, rgba: new Uint8Array(width * height * 4) });
  expect(await sizeOf(await preview(pixels(320, 200)))).toEqual({ width: 160, height: 100 });
  expect(await sizeOf(await preview(pixels(13, 10)))).toEqual({ width: 13, height: 10 });
  expect(await sizeOf(await preview(pixels(20, 1_600)))).toEqual({ width: 2, height: 160 });
});

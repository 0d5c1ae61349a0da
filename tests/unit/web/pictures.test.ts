import { describe, expect, test } from '@jest/globals';
import type { LivingImage, Output } from '../../../web/api/types.ts';
import { goodUntil, keepUrls, largeOf, sizesOf, srcsetOf } from '../../../web/images/pictures.ts';

const output = (width: number, format: 'webp' | 'avif' = 'webp', height = width / 2): Output => ({
  width,
  height,
  format,
  bytes: width,
  url: `https://bucket/${String(width)}.${format}?signature=1`,
});
const image = (urls: string[], urlsExpireAt = '2026-01-01T01:00:00Z'): LivingImage => ({
  imageId: 'a',
  status: 'ready',
  name: 'a.jpg',
  outputs: urls.map((url) => ({ ...output(128), url })),
  urlsExpireAt,
  recipes: {},
});
const at = (time: string) => Date.parse(`2026-01-01T${time}Z`);

describe('the URLs of pictures', () => {
  const [older, newer] = [image(['https://b/1?s=1']), image(['https://b/1?s=2'], '2026-01-01T02:00:00Z')];

  test('are kept until five minutes before they end, so that the browser’s cache is of use', () => {
    expect(goodUntil(older)).toBe(at('00:55:00'));
    expect(keepUrls(older, newer, at('00:54:59')).outputs[0]?.url).toBe('https://b/1?s=1');
    expect(keepUrls(older, newer, at('00:55:00'))).toBe(newer);
  });

  test('are not kept where they mean another picture: it was made again', () => {
    const other = image(['https://b/2?s=2']);
    expect(keepUrls(older, other, at('00:00:00'))).toBe(other);
    expect(keepUrls(undefined, newer, at('00:00:00'))).toBe(newer);
  });
});

test('the browser chooses among all widths', () => {
  expect(srcsetOf([output(128), output(320)])).toEqual({
    src: 'https://bucket/320.webp?signature=1',
    srcset: 'https://bucket/128.webp?signature=1 128w, https://bucket/320.webp?signature=1 320w',
  });
  expect(srcsetOf([])).toBeUndefined();
});

test('a wide picture in a square tile must be wider than the tile', () => {
  expect(sizesOf([output(640, 'webp', 320)], 200)).toBe('400px');
  expect(sizesOf([output(320, 'webp', 640)], 200)).toBe('200px');
});

test('the lightbox takes the smallest rendition that fills the screen, AVIF where it is as wide', () => {
  const all = [output(1280), output(2048), output(1280, 'avif')];
  const chosen = (needed: number, formats: string[]) => {
    const found = largeOf(all, needed, formats);
    return found && `${String(found.width)} ${found.format}`;
  };
  expect(chosen(1000, ['avif', 'webp'])).toBe('1280 avif');
  expect(chosen(1000, ['webp'])).toBe('1280 webp');
  expect(chosen(1500, ['avif', 'webp'])).toBe('2048 webp');
  expect(chosen(9000, ['avif', 'webp'])).toBe('2048 webp');
  expect(largeOf([], 100, ['webp'])).toBeUndefined();
});

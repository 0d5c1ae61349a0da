import type { LivingImage, Output } from '../api/types.ts';

/** ms before its end from which a URL is used no more: what is asked for late must still be served. */
export const SPARE = 5 * 60_000;

/** How long the URLs of an image are good, by the server's clock, ms. */
export const goodUntil = ({ urlsExpireAt }: Pick<LivingImage, 'urlsExpireAt'>): number =>
  urlsExpireAt === undefined ? Infinity : Date.parse(urlsExpireAt) - SPARE;

const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/**
 * The newer state with the older URLs, where these are still good and mean the same pictures: another signature would be
 * another address, and the browser would load every picture again.
 */
export function keepUrls(older: LivingImage | undefined, newer: LivingImage, now: number): LivingImage {
  if (older === undefined || older.outputs.length !== newer.outputs.length || now >= goodUntil(older)) return newer;
  const same = older.outputs.every(({ url }, n) => pathOf(url) === pathOf(newer.outputs[n]?.url ?? ''));
  if (!same || older.urlsExpireAt === undefined) return newer;
  return { ...newer, outputs: older.outputs, urlsExpireAt: older.urlsExpireAt };
}

/** For an `<img>`: every width that there is, so that the browser takes what the screen needs. */
export function srcsetOf(outputs: readonly Output[]): { src: string; srcset: string } | undefined {
  const largest = outputs.at(-1);
  if (largest === undefined) return undefined;
  return { src: largest.url, srcset: outputs.map(({ url, width }) => `${url} ${String(width)}w`).join(', ') };
}

/** CSS pixels by which a square tile is covered: of a wide picture, the width must exceed the tile's. */
export function sizesOf(outputs: readonly Output[], tile: number): string {
  const { width, height } = outputs.at(-1) ?? { width: 1, height: 1 };
  return `${String(Math.ceil((tile * width) / Math.min(width, height)))}px`;
}

/** The smallest that fills the screen (device pixels), or the largest there is; of `formats`, the first that has one. */
export function largeOf(outputs: readonly Output[], needed: number, formats: readonly string[]): Output | undefined {
  const sorted = outputs.filter(({ format }) => formats.includes(format)).sort((a, b) => a.width - b.width);
  const enough = sorted.filter(({ width }) => width >= needed);
  const narrowest = enough[0]?.width ?? sorted.at(-1)?.width;
  const candidates = sorted.filter(({ width }) => width === narrowest);
  return formats.map((format) => candidates.find((output) => output.format === format)).find(Boolean);
}

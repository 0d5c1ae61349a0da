import type { Exif } from '../api/types.ts';

const NAMES: Readonly<Record<string, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  avif: 'AVIF',
  heic: 'HEIC',
};

export const formatName = (format: string): string => NAMES[format] ?? format.toUpperCase();

/** As photographers write it: `1/250 s · ƒ/5.6 · ISO 160 · 23 mm`; undefined where the camera said nothing. */
export function exposureOf(
  { exposureTime, fNumber, iso, focalLength }: Exif,
  seconds: (text: string) => string,
): string | undefined {
  const parts = [
    exposureTime !== undefined && seconds(exposureTime),
    fNumber !== undefined && `ƒ/${String(fNumber)}`,
    iso !== undefined && `ISO ${String(iso)}`,
    focalLength !== undefined && `${String(focalLength)} mm`,
  ].filter((part) => part !== false);
  // A line may end between two parts, and not within one.
  return parts.length === 0 ? undefined : parts.map((part) => part.replaceAll(' ', '\u00a0')).join(' · ');
}

/** To a tenth; undefined where a time is missing, or they contradict each other. */
export function secondsBetween(from: string | undefined, to: string): number | undefined {
  const span = (Date.parse(to) - Date.parse(from ?? '')) / 1000;
  return Number.isNaN(span) || span < 0 ? undefined : Math.round(span * 10) / 10;
}

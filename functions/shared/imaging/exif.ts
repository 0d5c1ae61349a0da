import type { PublicExif } from '../images/record.ts';
import type { TagAddress } from './exif-tags.ts';
import { tagReader } from './exif-tags.ts';

/** The complete list of tags that we read. Other data (places, serial numbers, names) cannot reach a record. */
const tags = {
  make: { directory: 'image', tag: 0x010f },
  model: { directory: 'image', tag: 0x0110 },
  orientation: { directory: 'image', tag: 0x0112 },
  exposureTime: { directory: 'exif', tag: 0x829a },
  fNumber: { directory: 'exif', tag: 0x829d },
  iso: { directory: 'exif', tag: 0x8827 },
  takenAt: { directory: 'exif', tag: 0x9003 },
  focalLength: { directory: 'exif', tag: 0x920a },
  lens: { directory: 'exif', tag: 0xa434 },
} as const satisfies Record<string, TagAddress>;

/** The public fields of an EXIF block; undefined where there are none. Never throws: what makes no sense is left out. */
export function readPublicExif(exif: Uint8Array): PublicExif | undefined {
  const { text, number } = tagReader(exif);
  const fields: { [Field in keyof PublicExif]: PublicExif[Field] | undefined } = {
    camera: cameraName(cleanText(text(tags.make)), cleanText(text(tags.model))),
    lens: cleanText(text(tags.lens)),
    exposureTime: exposureTime(number(tags.exposureTime)),
    fNumber: within(number(tags.fNumber), 0.1, 1_000),
    iso: within(number(tags.iso), 1, 10_000_000),
    focalLength: within(number(tags.focalLength), 0.1, 100_000),
    takenAt: isoDate(text(tags.takenAt)),
  };
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** The EXIF orientation of the stored pixels, 1 to 8. It is 1 (upright) if the file has no valid value. */
export function readOrientation(exif: Uint8Array): number {
  const orientation = tagReader(exif).number(tags.orientation) ?? 1;
  return Number.isInteger(orientation) && orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** `Apple iPhone 15`, but `Canon EOS R5`: most makers repeat themselves in the model, some under a longer name. */
function cameraName(make: string | undefined, model: string | undefined): string | undefined {
  if (make === undefined || model === undefined) return model ?? make;
  const [firstWord = make] = make.split(' ');
  return model.toLowerCase().startsWith(firstWord.toLowerCase()) ? model : `${make} ${model}`;
}

/** A line of printable text of at most 100 characters, since any program may have written anything into it. */
function cleanText(text: string | undefined): string | undefined {
  const clean = text?.replaceAll(/[\p{C}\p{Z}\ufffd]+/gu, ' ').trim();
  return clean ? clean.slice(0, 100).toWellFormed() : undefined;
}

/** As people write it: `1/250` below a second, `2.5` above. */
function exposureTime(seconds: number | undefined): string | undefined {
  if (seconds === undefined || seconds < 1e-6 || seconds > 1e5) return undefined;
  const inverse = Math.round(1 / seconds);
  const isUnitFraction = seconds < 1 && Math.abs(inverse * seconds - 1) < 0.05;
  return isUnitFraction ? `1/${inverse}` : String(rounded(seconds));
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? rounded(value) : undefined;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** EXIF writes `2024:05:01 12:30:00`; a camera without a clock writes zeros or blanks. */
function isoDate(text: string | undefined): string | undefined {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/u.exec(text ?? '');
  if (match === null) return undefined;
  const [, year, month, day, time] = match;
  const local = `${String(year)}-${String(month)}-${String(day)}T${String(time)}`;
  // 31 June would become 1 July: what does not come back the same was no date.
  const parsed = new Date(`${local}Z`);
  return Number.isFinite(parsed.getTime()) && year !== '0000' && parsed.toISOString().startsWith(local)
    ? local
    : undefined;
}

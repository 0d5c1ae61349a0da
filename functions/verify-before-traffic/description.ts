import type { ImageRecord } from '../shared/images/record.ts';
import { colourDifference, labOf } from './colour-difference.ts';
import { coloursOf, distanceBetween } from './colours.ts';
import type { ExpectedReady, Scene } from './expectation.ts';
import type { JudgePorts, Got } from './found.ts';

/**
 * How far a placeholder may be, in the mean, from one that is made of the scene's own colours: as many times as far as an output. Correct
 * ones are at 1 to 2 (ink: 5); one of other colours at 9 or more, a grey, a mirrored or an upside-down one beyond 20.
 */
const placeholderFactor = 3;

/**
 * A colour that a picture has most of is near (CIEDE2000) to a twentieth of its places at least. Correct ones are within 3; the mean of
 * all colours, black, or red and blue exchanged are beyond 10.
 */
const dominant = { share: 1 / 20, nearness: 7 };

/** What is wrong with what a record says about a picture; the other recipe's records say nothing. */
export function wrongDescription(
  expected: ExpectedReady,
  record: ImageRecord,
  placeholder: Got['placeholder'],
  scene: Scene,
  eyes: JudgePorts,
): string[] {
  const { describes = false, exif } = expected;
  const problems: string[] = [];
  if (describes) problems.push(...wrongPlaceholder(expected, placeholder, scene, eyes), ...wrongColour(record, scene));
  const [has, should] = [record.exif, exif].map(inOrder);
  if (has !== should) problems.push(`the record tells ${has ?? ''} of the camera, not ${should ?? ''}`);
  return problems;
}

function wrongPlaceholder(
  { bounds, width, height }: ExpectedReady,
  placeholder: Got['placeholder'],
  scene: Scene,
  { asPlaceholder }: JudgePorts,
): string[] {
  if (placeholder === undefined) return ['the record has no placeholder'];
  if ('damage' in placeholder) return [`the placeholder cannot be read: ${placeholder.damage}`];
  const expected = coloursOf(asPlaceholder(scene.colours, { width, height }));
  const { mean } = distanceBetween(expected, coloursOf(placeholder));
  const most = bounds.mean * placeholderFactor;
  return mean <= most ? [] : [`the placeholder's colours are off by ${mean.toFixed(1)} in the mean (at most ${most})`];
}

function wrongColour({ dominantColour = '' }: ImageRecord, { colours }: Scene): string[] {
  const [, ...channels] = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/u.exec(dominantColour) ?? [];
  if (channels.length === 0) return ['the record has no dominant colour'];
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => parseInt(channel, 16));
  const differences: number[] = [];
  for (let at = 0; at < colours.length; at += 4) {
    const [r = 0, g = 0, b = 0, alpha = 0] = colours.subarray(at);
    if (alpha > 0) differences.push(colourDifference(labOf(r, g, b), labOf(red, green, blue)));
  }
  const nearest = differences.toSorted((a, b) => a - b)[Math.floor(differences.length * dominant.share)] ?? Infinity;
  if (nearest <= dominant.nearness) return [];
  return [
    `the dominant colour ${dominantColour} is hardly in the picture: a twentieth of it is as near as ${nearest.toFixed(1)}`,
  ];
}

function inOrder(fields: object = {}): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

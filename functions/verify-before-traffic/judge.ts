import type { Found, Got, File, Order, JudgePorts, Judgement } from './found.ts';
import { imageId } from '../shared/images/image.ts';
import type { ImageRecord, Output } from '../shared/images/record.ts';
import { coloursOf, distanceBetween, diagnose, type Distance } from './colours.ts';
import { wrongDescription } from './description.ts';
import { detailOf } from './detail.ts';
import { isStill, offsetBetween, profilesOf } from './registration.ts';
import type { Expectation, ExpectedOutput, ExpectedReady, Scene } from './expectation.ts';

/** Longer sentences quote something that is not worth reading completely. Characters. */
const LONGEST = 500;

/** Compares the result for a picture with the expected result. */
export function judge(expected: Expectation, got: Got, order: Order, eyes: JudgePorts): Judgement {
  const { problems, distance } = compare(expected, got, order, eyes);
  const short = problems.map((problem) => (problem.length > LONGEST ? `${problem.slice(0, LONGEST)}…` : problem));
  return { problems: short, ...(distance && { distance }) };
}

function compare(expected: Expectation, got: Got, order: Order, eyes: JudgePorts): Judgement {
  const { failure, record } = got;
  const problems = failure === undefined ? [] : [failure];
  if (record === undefined) return { problems: [...problems, 'no record was written'] };
  if (record.status !== expected.status) problems.push(wrongStatus(expected, record));
  const distances: Distance[] = [];
  if (expected.status === 'rejected') {
    if (record.status === 'rejected') problems.push(...wrongReason(expected.reason, record));
  } else if (record.status === 'ready') {
    const scene = eyes.sceneNamed(expected.scene);
    const looks = got.outputs.map((found) => look(found, expected, scene));
    problems.push(
      ...wrongPicture(expected, record),
      ...looks.flatMap(({ size }) => size),
      ...looks.flatMap(({ colours }) => colours),
      ...looks.flatMap(({ metadata }) => metadata),
      ...looks.flatMap(({ detail }) => detail),
      ...looks.flatMap(({ place }) => place),
      ...looks.flatMap(({ bytes }) => bytes),
      ...looks.flatMap(({ headers }) => headers),
      ...wrongKeys(record),
      ...wrongDescription(expected, record, got.placeholder, scene, eyes),
    );
    distances.push(...looks.flatMap(({ distance }) => distance ?? []));
  }
  problems.push(...wrongOrder(record, order));
  return { problems, ...(distances.length > 0 && { distance: farthest(distances) }) };
}

/** The attributes of a record about its origin. Users find the record by them, and reconciliation decides by them whether to reprocess it. */
function wrongOrder(record: ImageRecord, { image, eTag, version, recipeVersion }: Order): string[] {
  const problems: string[] = [];
  if (record.processedBy !== version) problems.push(`it was made by version ${record.processedBy}, not by ${version}`);
  if (record.recipeVersion !== recipeVersion && record.status !== 'pending') {
    problems.push(
      `its record says that it was made by version ${record.recipeVersion} of the recipe, not ${recipeVersion}`,
    );
  }
  if (record.bucket !== image.bucket || record.key !== image.key) {
    problems.push(`its record is of ${record.bucket}/${record.key}, not of ${image.bucket}/${image.key}`);
  }
  if (record.eTag !== eTag) problems.push(`its record is of the ETag ${record.eTag ?? 'none'}, not ${eTag}`);
  return problems;
}

/** Keys are never written twice: browsers keep what they have once read for a year. */
function wrongKeys({ bucket, key: original, recipe, outputs }: ImageRecord): string[] {
  const begin = `${recipe}/${imageId({ bucket, key: original })}/`;
  const wrong = outputs.find(({ key, width, format }) => {
    const [attempt, name, ...more] = key.startsWith(begin) ? key.slice(begin.length).split('/') : [];
    return !attempt || name !== `${width}.${format}` || more.length > 0;
  });
  if (wrong === undefined) return [];
  return [`${shown(wrong)} lies under ${wrong.key}, not under ${begin}<the attempt>/${wrong.width}.${wrong.format}`];
}

function wrongStatus(expected: Expectation, { status, reason, lastError }: ImageRecord): string {
  const why = reason ?? lastError;
  return `it is ${status}, not ${expected.status}${why === undefined ? '' : `: ${why}`}`;
}

function wrongReason(pattern: string, { reason = '' }: ImageRecord): string[] {
  return new RegExp(pattern, 'u').test(reason)
    ? []
    : [`it is rejected for another reason than /${pattern}/: ${reason}`];
}

function wrongPicture(expected: ExpectedReady, record: ImageRecord): string[] {
  const problems: string[] = [];
  const { format = 'nothing', width = 0, height = 0, outputs } = record;
  if (format !== expected.format || width !== expected.width || height !== expected.height) {
    const right = shown(expected);
    problems.push(`it is taken for ${shown({ format, width, height })}, not for ${right}`);
  }
  const [has, should] = [outputs, expected.outputs].map((list) => list.map(shown).toSorted().join(', '));
  if (has !== should) problems.push(`it has the outputs ${has || 'none'}, not ${should ?? ''}`);
  return problems;
}

/** The look of one output. Each kind of problem is separate, because a problem of all outputs is reported only for the first. */
type Look = Record<'size' | 'colours' | 'place' | 'metadata' | 'detail' | 'bytes' | 'headers', string[]> & {
  distance?: Distance;
};

function look({ named, file }: Found, expected: ExpectedReady, scene: Scene): Look {
  const name = shown(named);
  const nothing: Look = { size: [], colours: [], place: [], metadata: [], detail: [], bytes: [], headers: [] };
  if (file === 'absent') return { ...nothing, size: [`${name} is not in the bucket`] };
  if ('damage' in file) return { ...nothing, size: [`${name} cannot be decoded: ${file.damage}`] };

  const colours = coloursOf(file);
  const distance = distanceBetween(scene.colours, colours);
  const { bounds } = expected;
  const isFar = distance.mean > bounds.mean || distance.worst > bounds.worst;
  const why = isFar ? diagnose(scene.colours, colours, bounds) : undefined;
  return {
    distance,
    size: shown(file) === name ? [] : [`the file of ${name} is ${shown(file)}`],
    colours: isFar
      ? [
          `${name}: ${why === undefined ? '' : `${why}; `}its colours are off by ${round(distance.mean)} in the mean ` +
            `and ${round(distance.worst)} at worst (at most ${bounds.mean} and ${bounds.worst})`,
        ]
      : [],
    // A picture that looks different has no position.
    place: isFar || shown(file) !== name ? [] : wrongPlace(named, file, scene),
    metadata: file.metadata.length === 0 ? [] : [`${name} carries ${file.metadata.join(' and ')}`],
    // Of another size, it has another measure.
    detail: shown(file) === name ? wrongDetail(named, file, expected.outputs) : [],
    bytes: wrongBytes(named, file, expected.outputs),
    headers: wrongHeaders(named, file),
  };
}

function wrongPlace(named: Output, file: File, { profiles }: Scene): string[] {
  const offset = offsetBetween(profiles, profilesOf(file));
  if (isStill(offset)) return [];
  return [`${shown(named)} is shifted by ${round(offset.x)} pixels to the right and ${round(offset.y)} down`];
}

function wrongDetail(named: Output, file: File, outputs: readonly ExpectedOutput[]): string[] {
  const name = shown(named);
  const [least, most] = outputs.find((output) => shown(output) === name)?.detail ?? [0, Infinity];
  const detail = round(detailOf(file));
  if (detail < least) return [`${name} is blurred: a detail of ${detail}, not ${least} to ${most}`];
  return detail > most ? [`${name} is jagged or noisy: a detail of ${detail}, not ${least} to ${most}`] : [];
}

/** What browsers and caches go by. */
function wrongHeaders(
  named: Output,
  { headers: { contentType = 'nothing', cacheControl = 'nothing' } }: File,
): string[] {
  const name = shown(named);
  const problems: string[] = [];
  if (contentType !== `image/${named.format}`) {
    problems.push(`${name} has the content type ${contentType}, not image/${named.format}`);
  }
  const directives = new Set(cacheControl.toLowerCase().split(/\s*,\s*/u));
  if (!['private', 'max-age=31536000', 'immutable'].every((word) => directives.has(word))) {
    problems.push(`${name} may be cached as ${cacheControl}, not as private, max-age=31536000, immutable`);
  }
  return problems;
}

function wrongBytes(named: Output, { bytes }: File, outputs: readonly ExpectedOutput[]): string[] {
  const problems: string[] = [];
  const name = shown(named);
  const [least, most] = outputs.find((output) => shown(output) === name)?.bytes ?? [0, Infinity];
  if (bytes < least || bytes > most) problems.push(`${name} has ${bytes} bytes, not ${least} to ${most}`);
  if (bytes !== named.bytes) problems.push(`${name} has ${bytes} bytes, but the record says ${named.bytes}`);
  return problems;
}

function farthest(distances: readonly Distance[]): Distance {
  return {
    mean: round(Math.max(...distances.map(({ mean }) => mean))),
    worst: round(Math.max(...distances.map(({ worst }) => worst))),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function shown({ format, width, height }: { format: string; width: number; height: number }): string {
  return `${width} x ${height} ${format}`;
}

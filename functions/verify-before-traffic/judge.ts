import type { ImageRecord, Output } from '../shared/images/record.ts';
import { coloursOf, distanceBetween, whatHappened, type Distance, type Pixels } from './colours.ts';
import type { Expectation, ExpectedOutput, ExpectedReady, Scene } from './expectation.ts';

/** A file as it lies in the bucket: see shared/imaging/inspect.ts. */
export type File = Pixels & { format: string; metadata: readonly string[]; bytes: number };

/** An output that a record names, and what was found under its key. */
export type Found = { named: Output; file: File | 'absent' | { damage: string } };

/** What became of one picture. */
export type Got = {
  /** How the invocation failed, if it did. */
  failure?: string;
  record?: ImageRecord;
  outputs: readonly Found[];
};

/** `problems` are sentences, the most telling first; none where all is as it should be. */
export type Judgement = { problems: string[]; distance?: Distance };

/** Compares what became of a picture with what should have become of it. `version` is the function version that should have made it. */
export function judge(
  expected: Expectation,
  got: Got,
  version: string,
  sceneNamed: (name: string) => Scene,
): Judgement {
  const { failure, record } = got;
  const problems = failure === undefined ? [] : [failure];
  if (record === undefined) return { problems: [...problems, 'no record was written'] };
  if (record.status !== expected.status) problems.push(wrongStatus(expected, record));
  const distances: Distance[] = [];
  if (expected.status === 'rejected') {
    if (record.status === 'rejected') problems.push(...wrongReason(expected.reason, record));
  } else if (record.status === 'ready') {
    const scene = sceneNamed(expected.scene);
    const looks = got.outputs.map((found) => look(found, expected, scene));
    problems.push(
      ...wrongPicture(expected, record),
      ...looks.flatMap(({ size }) => size),
      ...looks.flatMap(({ colours }) => colours),
      ...looks.flatMap(({ metadata }) => metadata),
      ...looks.flatMap(({ bytes }) => bytes),
      ...wrongDescription(expected, record),
    );
    distances.push(...looks.flatMap(({ distance }) => distance ?? []));
  }
  if (record.processedBy !== version) problems.push(`it was made by version ${record.processedBy}, not by ${version}`);
  return { problems, ...(distances.length > 0 && { distance: farthest(distances) }) };
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

/** What one output looks like; each kind of problem apart, since one that all outputs have is told by the first. */
type Look = { size: string[]; colours: string[]; metadata: string[]; bytes: string[]; distance?: Distance };

function look({ named, file }: Found, expected: ExpectedReady, scene: Scene): Look {
  const name = shown(named);
  const nothing: Look = { size: [], colours: [], metadata: [], bytes: [] };
  if (file === 'absent') return { ...nothing, size: [`${name} is not in the bucket`] };
  if ('damage' in file) return { ...nothing, size: [`${name} cannot be decoded: ${file.damage}`] };

  const colours = coloursOf(file);
  const distance = distanceBetween(scene.colours, colours);
  const { bounds } = expected;
  const isFar = distance.mean > bounds.mean || distance.worst > bounds.worst;
  const why = isFar ? whatHappened(scene.colours, colours, bounds) : undefined;
  return {
    distance,
    size: shown(file) === name ? [] : [`the file of ${name} is ${shown(file)}`],
    colours: isFar
      ? [
          `${name}: ${why === undefined ? '' : `${why}; `}its colours are off by ${round(distance.mean)} in the mean ` +
            `and ${round(distance.worst)} at worst (at most ${bounds.mean} and ${bounds.worst})`,
        ]
      : [],
    metadata: file.metadata.length === 0 ? [] : [`${name} carries ${file.metadata.join(' and ')}`],
    bytes: wrongBytes(named, file, expected.outputs),
  };
}

function wrongBytes(named: Output, { bytes }: File, outputs: readonly ExpectedOutput[]): string[] {
  const problems: string[] = [];
  const name = shown(named);
  const [least, most] = outputs.find((output) => shown(output) === name)?.bytes ?? [0, Infinity];
  if (bytes < least || bytes > most) problems.push(`${name} has ${bytes} bytes, not ${least} to ${most}`);
  if (bytes !== named.bytes) problems.push(`${name} has ${bytes} bytes, but the record says ${named.bytes}`);
  return problems;
}

function wrongDescription({ describes = false, exif }: ExpectedReady, record: ImageRecord): string[] {
  if (!describes) return [];
  const problems: string[] = [];
  if (!record.placeholder) problems.push('the record has no placeholder');
  if (!/^#[\da-f]{6}$/u.test(record.dominantColour ?? '')) problems.push('the record has no dominant colour');
  const [has, should] = [record.exif, exif].map(inOrder);
  if (has !== should) problems.push(`the record tells ${has ?? ''} of the camera, not ${should ?? ''}`);
  return problems;
}

function inOrder(fields: object = {}): string {
  return JSON.stringify(Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))));
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

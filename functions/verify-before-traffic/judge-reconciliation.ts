import type { ImageRecord } from '../shared/images/record.ts';
import type { Planned } from './reconciliation-cases.ts';

/** What an invocation answered: the summary of reconcile-images, or how it failed. */
export type Answer = { failure: string } | { summary: Readonly<Record<string, unknown>> };

/** What there was and is of one image. */
export type Seen = {
  name: string;
  about: string;
  key: string;
  expected: readonly Planned[];
  staysAsItIs: boolean;
  before: { records: readonly ImageRecord[]; outputs: readonly string[] };
  after: { records: readonly (ImageRecord | undefined)[]; outputs: readonly string[] };
};

/** The result for one image; `problems` are sentences. */
export type CaseReport = {
  name: string;
  about: string;
  expected: readonly Planned[];
  planned: readonly Planned[];
  problems: string[];
};

/** Compares the plan and the acts of a run with the expected ones, image by image. */
export function judgeCases(answer: Answer, images: readonly Seen[]): CaseReport[] {
  const all = 'summary' in answer ? plannedOf(answer.summary) : [];
  return images.map((image) => {
    const { name, about, expected, key } = image;
    const own = new Set([...image.before.outputs, ...expected.map((one) => one.key), key]);
    const planned = all.filter((one) => own.has(one.key));
    const problems = [...('failure' in answer ? [] : wrongPlan(expected, planned)), ...wrongResult(image)];
    return { name, about, expected, planned, problems };
  });
}

/** Problems that are not one image's. */
export function judgeRun(answer: Answer, images: readonly Seen[]): string[] {
  if ('failure' in answer) return [`the function failed: ${answer.failure}`];
  const { summary } = answer;
  const expected = images.flatMap((image) => image.expected);
  const known = new Set(images.flatMap(({ key, before }) => [key, ...before.outputs]));
  const strange = plannedOf(summary).filter(({ key }) => !known.has(key));
  const counts = {
    announced: expected.filter(({ act }) => act === 'announce').length,
    deleted: expected.filter(({ act }) => act === 'delete').length,
    failed: 0,
  };
  return [
    ...strange.map((one) => `it plans to ${inWords(one)}, which is none of the images that it was given`),
    ...Object.entries(counts).flatMap(([name, count]) =>
      summary[name] === count ? [] : [`its summary says ${name}: ${String(summary[name])}, not ${count}`],
    ),
  ];
}

/** Of images that were uploaded a moment ago: their events are on their way, and their outputs may yet be named. */
export function judgeYoung(answer: Answer): string[] {
  if ('failure' in answer) return [`the function failed with young images: ${answer.failure}`];
  return plannedOf(answer.summary).map((one) => `it does not leave young images alone: it plans to ${inWords(one)}`);
}

/** Of a listing that cannot be true. */
export function judgeEmpty(
  answer: Answer,
  before: readonly ImageRecord[],
  after: readonly (ImageRecord | undefined)[],
): string[] {
  const believes =
    'summary' in answer ? ['it believes an empty listing, although many records are of images in it'] : [];
  const wrong = 'failure' in answer && !answer.failure.startsWith('ImplausibleListingError');
  return [
    ...believes,
    ...(wrong ? [`it failed for another reason than an empty listing that cannot be true: ${answer.failure}`] : []),
    ...(before.every((record, n) => isSame(record, after[n]))
      ? []
      : ['it changed records because of an empty listing']),
  ];
}

function plannedOf({ planned }: Readonly<Record<string, unknown>>): Planned[] {
  return Array.isArray(planned) ? (planned as Planned[]) : [];
}

function wrongPlan(expected: readonly Planned[], planned: readonly Planned[]): string[] {
  const [wanted, has] = [expected, planned].map((list) => list.map(inWords));
  return [
    ...(has ?? []).filter((one) => wanted?.includes(one) !== true).map((one) => `it plans to ${one}`),
    ...(wanted ?? []).filter((one) => has?.includes(one) !== true).map((one) => `it does not plan to ${one}`),
  ];
}

function wrongResult({ expected, before, after, staysAsItIs }: Seen): string[] {
  const deleted = new Set(expected.flatMap(({ act, key }) => (act === 'delete' ? key : [])));
  const exists = new Set(after.outputs);
  const orphans = [...deleted].filter((key) => exists.has(key)).map((key) => `the orphan ${key} still exists`);
  if (!staysAsItIs) return [...orphans, ...unmarked(expected, before.records, after.records)];
  const live = before.outputs.filter((key) => !deleted.has(key) && !exists.has(key));
  return [
    ...live.map((key) => `the live output ${key} is deleted`),
    ...orphans,
    ...(before.records.every((record, n) => isSame(record, after.records[n])) ? [] : ['its records have changed']),
  ];
}

const marking: ReadonlySet<string> = new Set(['missing outputs', 'older recipe']);

/** Marked stale, or reprocessed since: in both cases its revision has increased. */
function unmarked(
  expected: readonly Planned[],
  before: readonly ImageRecord[],
  after: readonly (ImageRecord | undefined)[],
): string[] {
  if (!expected.some(({ findings = [] }) => findings.some((finding) => marking.has(finding)))) return [];
  const hasGrown = before.some(({ revision }, n) => (after[n]?.revision ?? 0) > revision);
  return hasGrown ? [] : ['no record of it is marked stale, so that the announcement changes nothing'];
}

function isSame(one: ImageRecord, other: ImageRecord | undefined): boolean {
  return other !== undefined && one.revision === other.revision && one.recipeVersion === other.recipeVersion;
}

function inWords({ act, key, findings }: Planned): string {
  return `${act} ${key}${findings === undefined ? '' : ` (${findings.join(', ')})`}`;
}

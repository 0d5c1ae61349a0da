import { oneLine } from '../../../shared/text.ts';
import type { HookReport, Release, Story } from '../../story.ts';
import { failedPictures } from '../../judge/reading.ts';
import { count, firstProblem, seconds, outputLabel } from '../words.ts';
import type { Row } from './row.ts';
import type { Line, Span } from './line.ts';
import { padEnd } from './width.ts';

const PICTURES = 4;
const NOTES = 3;

/** What the hook found: a line a release that has a report, and the first pictures that failed of the first that has any. */
export function reportLines({ releases }: Story): Row[] {
  const reported = releases.filter((release) => release.report !== undefined);
  if (reported.length === 0) return [];
  const failing = reported.find((release) => failedPictures(release.report).length > 0);
  return reported.flatMap((release): Row[] => [
    { line: summaryOf(release), matters: 6 },
    ...(release === failing ? picturesOf(release) : []),
  ]);
}

function summaryOf(release: Release): Line {
  const { report } = release;
  if (report === undefined) return [];
  const all = report.cases ? count(report.cases.length, 'case') : count(report.pictures.length, 'picture');
  const failed = failedPictures(report).length;
  const passed = report.verdict === 'Succeeded';
  const lines = failed === 0 ? report.failures[0] : undefined;
  return [
    ['quiet', '  hook     '],
    passed ? ['good', '✓'] : ['bad', '✗'],
    ['plain', ` ${oneLine(release.name)}  `],
    failed > 0
      ? ['bad', `${String(failed)} of ${all} not as expected`]
      : [passed ? 'plain' : 'bad', lines === undefined ? `${all} as expected` : oneLine(lines)],
    ['quiet', `, ${oneLine(report.hook)}`],
  ];
}

function picturesOf(release: Release): Row[] {
  const failed = failedPictures(release.report);
  const shown = failed.slice(0, failed.length > PICTURES ? PICTURES - 1 : PICTURES);
  const width = Math.min(30, Math.max(...shown.map(({ name }) => oneLine(name).length)));
  const rows = shown.map((picture, index): Row => ({
    line: [
      ['bad', '           ✗ '],
      ['plain', padEnd(oneLine(picture.name), width)],
      ['quiet', '  '],
      ...differenceOf(picture),
    ],
    matters: index === 0 ? 6 : 2,
  }));
  const rest = failed.length - shown.length;
  return rest === 0 ? rows : [...rows, { line: [['quiet', `           and ${String(rest)} more`]], matters: 1 }];
}

/** What was expected and what came, where that says it; else in the hook's own words. */
function differenceOf(picture: HookReport['pictures'][number]): Span[] {
  const [expected, got] = [outputLabel(picture.expected), outputLabel(picture.got)];
  if (expected === got) return [['plain', firstProblem(picture)]];
  return [
    ['quiet', 'expected '],
    ['plain', expected],
    ['quiet', ', got '],
    ['bad', got],
    ...(picture.distance === undefined
      ? []
      : [['quiet', `, colours ${picture.distance.mean.toFixed(1)} away`] as const]),
  ];
}

/** The last things worth telling. */
export function noteLines({ notes }: Story, blank: Row): Row[] {
  const last = notes.slice(-NOTES);
  return [
    blank,
    ...last.map(({ at, text }, index): Row => ({
      line: [
        ['quiet', `${seconds(at).padStart(9)}  `],
        [index === last.length - 1 ? 'plain' : 'quiet', oneLine(text)],
      ],
      matters: index === last.length - 1 ? 4 : 1,
    })),
  ];
}

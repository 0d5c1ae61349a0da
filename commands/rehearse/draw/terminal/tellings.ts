import type { Release, Story } from '../../story.ts';
import { failedPictures, isWithdrawn } from '../reading.ts';
import { headline, whyOf } from '../sentences.ts';
import {
  alarmLabel,
  configLabel,
  count,
  faultLabel,
  firstProblem,
  oneLine,
  percent,
  seconds,
  speedLabel,
} from '../words.ts';

/** Something that happened: told once, whoever looks how often. */
export type Telling = { key: string; at: number; text: string };

/** All that a story tells so far, for where nothing can be drawn over (a pipe, CI): what is new since the last look is printed. */
export function tellings(story: Story): Telling[] {
  const told = [
    ...story.releases.flatMap((release) => ofRelease(release, story.lastedMs)),
    ...ofAlarms(story),
    ...ofNotes(story),
  ];
  return [
    { key: 'title', at: 0, text: titleOf(story) },
    ...told
      .sort((a, b) => a.at - b.at)
      .map(({ key, at, text }) => ({ key, at, text: `${seconds(at).padStart(9)}  ${text}` })),
    ...ofVerdict(story),
  ];
}

function titleOf(story: Story): string {
  return `Rehearsal: ${faultLabel(story.fault)}, ${configLabel(story.deploymentConfig)}, ${speedLabel(story.speed)}. ${oneLine(story.about)}`;
}

/** The first few stand for all that failed alike. */
const PICTURES = 3;

function ofRelease(release: Release, now: number): Telling[] {
  const name = oneLine(release.name);
  const [old, young] = [oneLine(release.oldVersion), oneLine(release.newVersion)];
  const failed = failedPictures(release.report);
  const hookEnded = release.stages[0]?.endedAt ?? now;
  const ended = Math.max(...release.stages.flatMap(({ endedAt }) => endedAt ?? []));
  const over = release.status === 'Succeeded' || isWithdrawn(release);
  const told: Telling[] = [
    ...release.stages
      .filter(({ status }) => status !== 'Pending' && status !== 'Skipped')
      .map((stage) => ({
        key: `stage ${stage.name} ${stage.status}`,
        at: stage.endedAt ?? stage.startedAt ?? now,
        text: `${stage.name}  ${stage.status}`,
      })),
    ...failed.slice(0, PICTURES).map((picture) => ({
      key: `picture ${picture.name}`,
      at: hookEnded,
      text: `✗ ${oneLine(picture.name)}: ${firstProblem(picture)}`,
    })),
    ...(failed.length > PICTURES
      ? [{ key: 'pictures', at: hookEnded, text: `✗ and ${count(failed.length - PICTURES, 'other picture')}` }]
      : []),
    ...release.weights.flatMap(({ at, share }, index): Telling[] =>
      // That nobody is served yet is no news.
      index === 0 && share === 0
        ? []
        : [
            {
              key: `weight ${String(index)}`,
              at,
              text: `version ${young} serves ${percent(share)}, version ${old} ${percent(1 - share)}`,
            },
          ],
    ),
    ...(over
      ? [
          {
            key: 'status',
            at: Number.isFinite(ended) ? ended : now,
            text: `${release.status}${release.reason === undefined ? '' : `: ${oneLine(release.reason)}`}`,
          },
        ]
      : []),
  ];
  return told.map(({ key, at, text }) => ({ key: `${release.name} ${key}`, at, text: `${name}  ${text}` }));
}

/** An alarm begins without data and gets some: only what fires, and is quiet again, is news. */
function ofAlarms({ alarms, stackName }: Story): Telling[] {
  return alarms.flatMap(({ name, states }) =>
    states.flatMap(({ at, state }, index): Telling[] => {
      const news = state === 'ALARM' || states.slice(0, index).some((earlier) => earlier.state === 'ALARM');
      return news
        ? [{ key: `alarm ${name} ${String(index)}`, at, text: `alarm ${alarmLabel(name, stackName)}  ${state}` }]
        : [];
    }),
  );
}

function ofNotes({ notes }: Story): Telling[] {
  return notes.map(({ at, text }, index) => ({ key: `note ${String(index)}`, at, text: oneLine(text) }));
}

function ofVerdict(story: Story): Telling[] {
  const { verdict, uploads } = story;
  if (verdict === undefined) return [];
  const why = whyOf(story);
  const lines = [
    `${verdict.asExpected ? '✓ AS EXPECTED' : '✗ NOT AS EXPECTED'}  ${headline(story)}`,
    ...(why === '' ? [] : [`  ${why}`]),
    ...(verdict.asExpected ? [] : [`  Expected: ${oneLine(verdict.expected)}`]),
    ...verdict.problems.map((problem) => `  ✗ ${oneLine(problem)}`),
    `  ${count(uploads.sent, 'image')} uploaded meanwhile: ${String(uploads.lost)} lost, ${String(uploads.wrong)} wrong at the end. ${seconds(story.lastedMs)} in all.`,
  ];
  return lines.map((text, index) => ({ key: `verdict ${String(index)}`, at: story.lastedMs, text }));
}

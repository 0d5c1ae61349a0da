import { oneLine } from '../../../shared/text.ts';
import { guardLabel } from '../../judge/guard-label.ts';
import type { Release, Story } from '../../story.ts';
import { failedPictures, isRolledBack } from '../../judge/reading.ts';
import { headline, imageSentences, reasonOf, causeOf } from '../sentences.ts';
import { configLabel, count, faultLabel, firstProblem, percent } from '../words.ts';

/** Something that happened: told once, whoever looks how often. */
export type EventLine = {
  key: string;
  /** Ms since the rehearsal began; absent from what belongs to no moment. */
  at?: number;
  text: string;
};

type Event = Required<EventLine>;

/** All that a story tells so far, for where nothing can be drawn over (a pipe, CI): what is new since the last look is printed. */
export function eventLines(story: Story): EventLine[] {
  const lines = [
    ...story.releases.flatMap((release) => ofRelease(release, story)),
    ...ofAlarms(story),
    ...ofNotes(story),
  ];
  return [{ key: 'title', text: titleOf(story) }, ...lines.sort((a, b) => a.at - b.at), ...ofVerdict(story)];
}

function titleOf(story: Story): string {
  return `Rehearsal: ${faultLabel(story.fault)}, ${configLabel(story.deploymentConfig)}. ${oneLine(story.about)}`;
}

/** The first few failures represent all failures of the same kind. */
const PICTURES = 3;

function ofRelease(release: Release, { lastedMs: now, stackName }: Story): Event[] {
  const name = oneLine(release.name);
  const [old, young] = [oneLine(release.oldVersion), oneLine(release.newVersion)];
  const failed = failedPictures(release.report);
  const hookEnded = release.lifecycleEvents[0]?.endedAt ?? now;
  const ended = Math.max(...release.lifecycleEvents.flatMap(({ endedAt }) => endedAt ?? []));
  const over = release.status === 'Succeeded' || isRolledBack(release);
  const lines: Event[] = [
    ...release.lifecycleEvents
      .filter(({ status }) => status !== 'Pending' && status !== 'Skipped')
      .map((event) => ({
        key: `stage ${event.name} ${event.status}`,
        at: event.endedAt ?? event.startedAt ?? now,
        text: `${event.name}  ${event.status}`,
      })),
    ...failed.slice(0, PICTURES).map((picture) => ({
      key: `picture ${picture.name}`,
      at: hookEnded,
      text: `✗ ${oneLine(picture.name)}: ${firstProblem(picture)}`,
    })),
    ...(failed.length > PICTURES
      ? [{ key: 'pictures', at: hookEnded, text: `✗ and ${count(failed.length - PICTURES, 'other picture')}` }]
      : []),
    ...release.weights.flatMap(({ at, share }, index): Event[] =>
      // No traffic at the start is expected, so it is not reported.
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
            text: `${release.status}${release.reason === undefined ? '' : `: ${reasonOf(release, stackName)}`}`,
          },
        ]
      : []),
  ];
  return lines.map(({ key, at, text }) => ({ key: `${release.name} ${key}`, at, text: `${name}  ${text}` }));
}

/** An alarm begins without data and gets some: only what fires, and is quiet again, is news. */
function ofAlarms({ alarms, stackName }: Story): Event[] {
  return alarms.flatMap(({ name, states }) =>
    states.flatMap(({ at, state }, index): Event[] => {
      const isPrinted = state === 'ALARM' || states.slice(0, index).some((earlier) => earlier.state === 'ALARM');
      return isPrinted
        ? [{ key: `alarm ${name} ${String(index)}`, at, text: `alarm ${guardLabel(name, stackName)}  ${state}` }]
        : [];
    }),
  );
}

function ofNotes({ notes }: Story): Event[] {
  return notes.map(({ at, text }, index) => ({ key: `note ${String(index)}`, at, text: oneLine(text) }));
}

function ofVerdict(story: Story): EventLine[] {
  const { verdict } = story;
  if (verdict === undefined) return [];
  const why = causeOf(story);
  const lines = [
    `${verdict.asExpected ? '✓ AS EXPECTED' : '✗ NOT AS EXPECTED'}  ${headline(story)}`,
    ...(why === '' ? [] : [`  ${why}`]),
    ...(verdict.asExpected ? [] : [`  Expected: ${oneLine(verdict.expected)}`]),
    ...verdict.problems.map((problem) => `  ✗ ${oneLine(problem)}`),
    ...imageSentences(story).map((text) => `  ${text}`),
  ];
  // By its text: what was found when all was looked at again is told anew where it differs.
  return lines.map((text) => ({ key: `verdict ${text}`, text }));
}

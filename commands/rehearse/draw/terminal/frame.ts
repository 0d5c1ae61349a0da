import { oneLine } from '../../../shared/text.ts';
import type { Story } from '../../story.ts';
import { configLabel, faultLabel, speedLabel } from '../words.ts';
import { alarmLines } from './alarm-lines.ts';
import { clipLine, leftAndRight, type Line } from './line.ts';
import { releaseLines } from './release-lines.ts';
import { noteLines, reportLines } from './detail-lines.ts';
import type { Row } from './row.ts';
import { uploadLine } from './upload-line.ts';
import { verdictLines } from './verdict-lines.ts';

export type Size = { columns: number; rows: number };

/** Longer lines are hard to follow, and more of them hard to take in. */
const WIDEST = 112;
const HIGHEST = 30;

/** The story as lines that fit: none is wider than `columns`, and there are at most `rows`. */
export function frameOf(story: Story, { columns, rows }: Size): Line[] {
  const width = Math.min(columns, WIDEST);
  return fit(rowsOf(story, width), Math.min(rows, HIGHEST)).map((line) => clipLine(line, width));
}

function rowsOf(story: Story, width: number): Row[] {
  const now = story.lastedMs;
  const blank: Row = { line: [], matters: 0 };
  return [
    { line: titleOf(story, width), matters: 10 },
    { line: [['quiet', oneLine(story.about)]], matters: 3 },
    ...story.releases.flatMap((release): Row[] => {
      const { head, stages: lifecycleEvents, traffic, counts } = releaseLines(release, now, width);
      return [
        blank,
        { line: head, matters: 9 },
        { line: lifecycleEvents, matters: 8 },
        { line: traffic, matters: 8 },
        { line: counts, matters: 5 },
      ];
    }),
    blank,
    ...alarmLines(story).map((line) => ({ line, matters: 6 })),
    { line: uploadLine(story, width), matters: 7 },
    ...reportLines(story),
    ...(story.verdict === undefined ? noteLines(story, blank) : verdictLines(story, width, blank)),
  ];
}

function titleOf(story: Story, width: number): Line {
  return leftAndRight(
    [
      ['strong', `Rehearsal: ${faultLabel(story.fault)}`],
      ['quiet', `  ${configLabel(story.deploymentConfig)}, ${speedLabel(story.speed)}`],
    ],
    [['strong', clock(story.lastedMs)]],
    width,
  );
}

/** `0:07`, `12:30`. */
function clock(ms: number): string {
  const whole = Math.floor(ms / 1000);
  return `${String(Math.floor(whole / 60))}:${String(whole % 60).padStart(2, '0')}`;
}

/** Leaves out what matters least, the last of it first, until the rest fits. */
function fit(rows: readonly Row[], most: number): Line[] {
  const order = rows
    .map((_, index) => index)
    .sort((a, b) => (rows[b]?.matters ?? 0) - (rows[a]?.matters ?? 0) || a - b);
  const kept = new Set(order.slice(0, Math.max(1, most)));
  return rows.filter((_, index) => kept.has(index)).map(({ line }) => line);
}

import { oneLine } from '../../../shared/text.ts';
import type { Release } from '../../story.ts';
import {
  currentShare,
  highestShare,
  isRolledBack,
  shareAt,
  eventLasted,
  lifecycleEventsOf,
  totalsAt,
} from '../../judge/reading.ts';
import { currentActivity } from '../sentences.ts';
import { count, percent, seconds } from '../words.ts';
import { leftAndRight, type Line, type Span } from './line.ts';
import { level, stageMark } from './marks.ts';

/** One function's release: what goes on, its stages, who is served by which version, and how both versions fare. */
export function releaseLines(
  release: Release,
  now: number,
  columns: number,
): Record<'head' | 'stages' | 'traffic' | 'counts', Line> {
  return {
    head: headOf(release, columns),
    stages: stageLine(release, now),
    traffic: trafficOf(release, now, columns),
    counts: countsOf(release),
  };
}

function headOf(release: Release, columns: number): Line {
  const tone = isRolledBack(release) ? 'bad' : release.status === 'Succeeded' ? 'good' : 'plain';
  return leftAndRight(
    [
      ['strong', oneLine(release.name)],
      ['plain', '  '],
      [tone, currentActivity(release)],
    ],
    [['quiet', oneLine(release.deploymentId)]],
    columns,
    true,
  );
}

function stageLine(release: Release, now: number): Line {
  return [
    ['plain', '  '],
    ...lifecycleEventsOf(release).flatMap((event, index): Span[] => {
      const lasted = eventLasted(event, now);
      const waits = event.status === 'Pending' || event.status === 'Skipped';
      return [
        ...(index > 0 ? [['quiet', ' ── '] as const] : []),
        stageMark(event.status, now),
        [waits ? 'quiet' : 'plain', ` ${event.name}`],
        ...(lasted !== undefined && !waits ? [['quiet', ` ${seconds(lasted)}`] as const] : []),
      ];
    }),
  ];
}

/** How wide the bar is at most; the rest of the line is for how the share went. */
const BAR = 32;

function trafficOf(release: Release, now: number, columns: number): Line {
  const share = currentShare(release);
  const [old, young] = [
    `v${oneLine(release.oldVersion)} ${percent(1 - share).padStart(5)} `,
    ` ${percent(share).padStart(5)} v${oneLine(release.newVersion)}`,
  ];
  const width = Math.max(8, Math.min(BAR, columns - 62));
  // Whoever has anything has at least one cell.
  const cells = share <= 0 ? 0 : share >= 1 ? width : Math.min(width - 1, Math.max(1, Math.round(share * width)));
  const room = columns - 11 - old.length - width - young.length - 10;
  return [
    ['quiet', '  serving  '],
    ['plain', old],
    ['quiet', '░'.repeat(width - cells)],
    ['new', '█'.repeat(cells)],
    [share > 0 ? 'new' : 'quiet', young],
    ...(room >= 12
      ? ([
          ['quiet', '   so far '],
          [highestShare(release) > 0 ? 'new' : 'quiet', sparkline(release, now, room)],
        ] as const)
      : []),
  ];
}

/** The share from the beginning until now; a column is a round number of ms, so that it grows to the right and seldom changes its scale. */
function sparkline(release: Release, now: number, columns: number): string {
  const step = [250, 500, 1000, 2000, 5000, 10_000, 30_000].find((ms) => now / ms <= columns) ?? now / columns;
  return Array.from({ length: Math.min(columns, Math.ceil(now / step)) }, (_, n) =>
    // What a column shows is the most in it: a share that soon falls back is not to be missed.
    level(
      Math.max(
        shareAt(release, Math.min(now, (n + 1) * step - 1)),
        ...release.weights
          .filter(({ at }) => at >= n * step && at < (n + 1) * step && at <= now)
          .map(({ share }) => share),
      ),
    ),
  ).join('');
}

function countsOf(release: Release): Line {
  const lines = (version: string): Span[] => {
    const { invocations, errors } = totalsAt(release, version);
    return [
      ['plain', `v${oneLine(version)} ${count(invocations, 'time')}, `],
      errors === 0 ? ['quiet', 'no errors'] : ['bad', count(errors, 'error')],
    ];
  };
  return [['quiet', '  invoked  '], ...lines(release.oldVersion), ['quiet', '  |  '], ...lines(release.newVersion)];
}

import { oneLine } from '../../../shared/text.ts';
import { guardLabel } from '../../judge/guard-label.ts';
import type { Story } from '../../story.ts';
import { shareAt, stateAt, totalsAt } from '../../judge/reading.ts';
import { percent, seconds } from '../words.ts';

/** The number of moments for which the page shows the state. */
const MOMENTS = 120;

/** What was known at moments an equal time apart, from the beginning to the end: what the slider below the plots reads out. */
export function readouts(story: Story): string[] {
  return Array.from({ length: MOMENTS + 1 }, (_, n) => readoutAt(story, (story.lastedMs * n) / MOMENTS));
}

function readoutAt(story: Story, at: number): string {
  const firing = story.alarms.filter((alarm) => stateAt(alarm, at) === 'ALARM');
  const images = story.uploads.course.findLast((one) => one.at <= at);
  return [
    seconds(at),
    ...story.releases.map((release) => {
      const running = release.lifecycleEvents.find(
        ({ startedAt, endedAt }) => startedAt !== undefined && startedAt <= at && (endedAt ?? Infinity) > at,
      );
      const { invocations, errors } = totalsAt(release, release.newVersion, at);
      const event = running === undefined ? '' : `${running.name}, `;
      return `${oneLine(release.name)}: ${event}version ${oneLine(release.newVersion)} serves ${percent(shareAt(release, at))}, so far ${String(invocations)} times with ${String(errors)} errors`;
    }),
    ...(firing.length === 0
      ? []
      : [`fires: ${firing.map(({ name }) => guardLabel(name, story.stackName)).join(', ')}`]),
    ...(images === undefined
      ? []
      : [`images: ${String(images.sent)} sent, ${String(images.right)} right, ${String(images.wrong)} wrong`]),
  ].join('\n');
}

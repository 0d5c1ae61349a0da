import type { Release, LifecycleEvent } from '../../story.ts';
import { eventLasted, lifecycleEventsOf } from '../../judge/reading.ts';
import { seconds } from '../words.ts';
import { plot, textBy, type Axis, type Mark } from './axis.ts';
import { heading, html, nothing, type Html } from './html.ts';
import { lane } from './lane.ts';

const marks: Record<LifecycleEvent['status'], string> = {
  Succeeded: '✓',
  Failed: '✗',
  InProgress: '…',
  Pending: '–',
  Skipped: '–',
  Unknown: '?',
};

const ROW = 24;
const BAR = 18;

/** The stages as bars below each other, and who they are about. */
export function lifecyclePlot(release: Release, axis: Axis, id: string, mark: Mark | undefined, level: number): Html {
  const all = lifecycleEventsOf(release);
  const rows = all.map((event, index): { text: string; content: Html } => {
    const y = index * ROW + 2;
    const lasted = eventLasted(event, axis.end);
    if (event.startedAt === undefined || lasted === undefined) {
      const text = `${marks[event.status]} ${event.name}`;
      const before = Math.max(
        0,
        ...all.slice(0, index).flatMap(({ startedAt, endedAt }) => endedAt ?? startedAt ?? []),
      );
      const lines = `${text}, ${event.status === 'Pending' ? 'not yet' : 'not reached'}`;
      return { text: lines, content: textBy(axis, before, before, y + 13, text, 'soft') };
    }
    const to = event.startedAt + lasted;
    const text = `${marks[event.status]} ${event.name} ${seconds(lasted)}`;
    return {
      text,
      content: html`<rect
          class="stage ${event.status.toLowerCase()}"
          x="${axis.x(event.startedAt)}"
          y="${y}"
          width="${axis.x(lasted)}"
          height="${BAR}"
          rx="3"
        />${textBy(axis, event.startedAt, to, y + 13, text)}`,
    };
  });
  const height = all.length * ROW + (mark === undefined ? 0 : 18);
  return lane(
    html`${heading(level, release.name, { kind: 'name' })}
      <p>version ${release.oldVersion} → ${release.newVersion}</p>`,
    plot({
      axis,
      id,
      title: `Stages of the release of ${release.name}`,
      description: `${rows.map(({ text }) => text).join('; ')}. ${mark?.text ?? ''}`,
      height,
      mark,
      content: [
        ...rows.map(({ content }) => content),
        mark === undefined ? nothing : textBy(axis, mark.at, mark.at, height - 4, `↩ ${mark.text}`, 'bad strong'),
      ],
    }),
    'first',
  );
}

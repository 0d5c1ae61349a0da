import { guardLabel } from '../../judge/guard-label.ts';
import type { Alarm, Story } from '../../story.ts';
import { firstRollback } from '../../judge/reading.ts';
import { seconds } from '../words.ts';
import { plot, textBy, type Axis, type Mark } from './axis.ts';
import { breakable, html, nothing, type Html } from './html.ts';
import { lane } from './lane.ts';

/** The states of each alarm over time: those that stop a release first. */
export function alarmPlots(story: Story, axis: Axis, id: string): Html {
  const at = firstRollback(story);
  const mark = at === undefined ? undefined : { at, text: '' };
  const group = (title: string, stopsRelease: boolean): Html => {
    const alarms = story.alarms.filter((alarm) => alarm.stopsRelease === stopsRelease);
    if (alarms.length === 0) return nothing;
    return html`<p class="group">${title}</p>
      ${alarms.map((alarm, index) =>
        alarmPlot(
          alarm,
          guardLabel(alarm.name, story.stackName),
          axis,
          `${id}-${stopsRelease ? 'gate' : 'inform'}-${String(index)}`,
          mark,
        ),
      )}`;
  };
  return html`${group('Alarms that stop the release', true)}${group('Alarms that only inform', false)}`;
}

const HEIGHT = 18;
const names = { OK: 'quiet', ALARM: 'fires', INSUFFICIENT_DATA: 'no data' } as const;

function alarmPlot({ states }: Alarm, name: string, axis: Axis, id: string, mark: Mark | undefined): Html {
  const bands = states.map(({ at, state }, index) => ({ state, from: at, to: states[index + 1]?.at ?? axis.end }));
  const fired = bands.filter(({ state }) => state === 'ALARM');
  return lane(
    html`<p class="${fired.length > 0 ? 'fired' : ''}">${fired.length > 0 ? '●' : '○'}&nbsp;${breakable(name)}</p>`,
    plot({
      axis,
      id,
      title: `States of the alarm ${name}`,
      description: `${bands.map(({ state, from }) => `${names[state]} from ${seconds(from)}`).join(', ')}.`,
      height: HEIGHT,
      mark,
      content: bands.map(({ state, from, to }) => band(axis, state, from, to)),
    }),
    'alarm',
  );
}

function band(axis: Axis, state: Alarm['states'][number]['state'], from: number, to: number): Html {
  const middle = HEIGHT / 2;
  if (state !== 'ALARM') {
    return html`<line
      class="${state === 'OK' ? 'ok' : 'no-data'}"
      x1="${axis.x(from)}"
      x2="${axis.x(to)}"
      y1="${middle}"
      y2="${middle}"
    />`;
  }
  return html`<rect
      class="firing"
      x="${axis.x(from)}"
      y="1"
      width="${axis.x(to - from)}"
      height="${HEIGHT - 2}"
      rx="3"
    />${textBy(axis, from, to, 13, `fires at ${seconds(from)}`, 'strong halo')}`;
}

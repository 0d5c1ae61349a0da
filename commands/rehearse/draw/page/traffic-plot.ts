import type { Release } from '../../story.ts';
import { stepPath } from '../scale.ts';
import { percent, seconds } from '../words.ts';
import { label, path, plot, stretched, WIDTH, type Axis, type Mark } from './axis.ts';
import { html, type Html } from './html.ts';
import { lane, swatch } from './lane.ts';

const TRAFFIC = 60;

/** Who was served by which version. */
export function trafficPlot(release: Release, axis: Axis, id: string, mark: Mark | undefined): Html {
  const points = [{ at: 0, share: 0 }, ...release.weights].map(({ at, share }) => ({
    x: axis.along(at),
    y: (1 - share) * TRAFFIC,
  }));
  const line = stepPath(points, WIDTH);
  const lines = release.weights.map(({ at, share }) => `${percent(share)} from ${seconds(at)}`);
  return lane(
    html`<p class="what">Traffic</p>
      <p>${swatch('new', `version ${release.newVersion}, new`)}${swatch('old', `version ${release.oldVersion}`)}</p>`,
    plot({
      axis,
      id,
      title: `Share of the invocations that the new version of ${release.name} served`,
      description: lines.length === 0 ? 'None at any time.' : `${lines.join(', ')}.`,
      height: TRAFFIC + 1,
      mark,
      content: [
        stretched(TRAFFIC, [
          path('old', `M0 0H${String(WIDTH)}V${String(TRAFFIC)}H0Z`),
          path('new', `${line}V${String(TRAFFIC)}H0Z`),
          path('new line', line),
        ]),
        ...shareLabels(release, axis),
      ],
    }),
  );
}

/** A share's number where it holds for long enough that the number fits. */
function shareLabels({ weights, newVersion, oldVersion }: Release, axis: Axis): Html[] {
  const all = [{ at: 0, share: 0 }, ...weights];
  return all.flatMap(({ at, share }, index) => {
    const until = all[index + 1]?.at ?? axis.end;
    const room = (until - at) / axis.end;
    if (room < (share === 0 ? 0.3 : 0.13)) return [];
    const [low, high] = [(1 - share) * TRAFFIC - 5, (1 - share) * TRAFFIC + 15];
    const text =
      share === 0 ? `all on version ${oldVersion}` : share === 1 ? `all on version ${newVersion}` : percent(share);
    const shown = room < 0.3 ? percent(share) : text;
    return [label(axis.x(at), 6, share > 0.7 ? high : low, 'start', shown, share > 0.7 ? 'on-new' : '')];
  });
}

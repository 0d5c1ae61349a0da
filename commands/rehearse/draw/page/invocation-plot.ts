import { oneLine } from '../../../shared/text.ts';
import type { Release } from '../../story.ts';
import { totalsAt } from '../../judge/reading.ts';
import { growthRates, niceTop, short } from '../scale.ts';
import { count } from '../words.ts';
import { label, path, plot, stretched, type Axis, type Mark } from './axis.ts';
import { html, nothing, type Html } from './html.ts';
import { lane, swatch } from './lane.ts';

/** A bar's ends in ms, and its foot and height in pixels from the base line. */
type Bar = { from: number; to: number; base: number; height: number };

const COUNTS = 52;
const DEEPEST = 40;

/** How often each version was invoked, and, hanging below, how often it failed. */
export function invocationPlot(release: Release, axis: Axis, id: string, mark: Mark | undefined): Html {
  const perSecond = (version: string, what: 'invocations' | 'errors'): number[] =>
    growthRates(
      release.counts.map(({ at, byVersion }) => ({ at, total: byVersion[version]?.[what] ?? 0 })),
      axis.bin,
      // The time after the last look is unknown.
      Math.min(axis.end, release.counts.at(-1)?.at ?? 0),
    ).map((perMs) => perMs * 1000);
  const [old, young] = [perSecond(release.oldVersion, 'invocations'), perSecond(release.newVersion, 'invocations')];
  const [oldErrors, newErrors] = [perSecond(release.oldVersion, 'errors'), perSecond(release.newVersion, 'errors')];
  const top = niceTop(Math.max(0, ...old.map((value, n) => value + (young[n] ?? 0))));
  const unit = COUNTS / top;
  const most = Math.max(0, ...oldErrors.map((value, n) => value + (newErrors[n] ?? 0)));
  const below = most === 0 ? 0 : Math.min(DEEPEST, Math.max(14, most * unit));
  // Errors hang below the line, on the same scale while there is room.
  const errorUnit = most === 0 ? 0 : below / most;
  const height = COUNTS + below + 1;
  const bars = (values: readonly number[], under: readonly number[], scale: number): Bar[] =>
    values.flatMap((value, n) => {
      if (value * scale < 0.05) return [];
      const from = n * axis.bin;
      return [{ from, to: Math.min(axis.end, from + axis.bin), base: (under[n] ?? 0) * scale, height: value * scale }];
    });
  const upward = (all: readonly Bar[]): string =>
    all
      .map(
        ({ from, to, base, height: h }) =>
          `M${short(axis.along(from) + 1)} ${short(COUNTS - base)}v${short(-h)}H${short(axis.along(to) - 1)}v${short(h)}z`,
      )
      .join('');
  // Not stretched, so that the hatching is not either.
  const downward = (kind: string, all: readonly Bar[]): Html[] =>
    all.map(
      ({ from, to, base, height: h }) =>
        html`<rect
          class="${kind}"
          x="${axis.x(from)}"
          width="${axis.x(to - from)}"
          y="${short(COUNTS + base)}"
          height="${short(h)}"
        />`,
    );
  const totals = [release.oldVersion, release.newVersion].map((version) => ({
    version,
    ...totalsAt(release, version),
  }));
  const errors = totals.some((total) => total.errors > 0);
  return lane(
    html`<p class="what">Invocations</p>
      ${totals.map(
        (total, index) =>
          html`<p>
            ${swatch(index === 1 ? 'new' : 'old', `version ${total.version}: ${count(total.invocations, 'invocation')}`)}${total.errors === 0 ? nothing : swatch(index === 1 ? 'error' : 'error-old', count(total.errors, 'error'))}
          </p>`,
      )}${errors ? nothing : html`<p>no errors</p>`}`,
    plot({
      axis,
      id,
      title: `Invocations and errors a second of both versions of ${release.name}`,
      description: `${totals
        .map(
          (total) =>
            `Version ${oneLine(total.version)}: ${count(total.invocations, 'invocation')}, ${count(total.errors, 'error')}`,
        )
        .join('. ')}. At most ${short(top)} a second.`,
      height,
      mark,
      content: [
        stretched(height, [path('old bars', upward(bars(old, [], unit))), path('new', upward(bars(young, old, unit)))]),
        ...downward('error', bars(newErrors, [], errorUnit)),
        ...downward('error-old', bars(oldErrors, newErrors, errorUnit)),
        html`<line class="base" x1="0" x2="100%" y1="${COUNTS}" y2="${COUNTS}" />`,
        label('0', 2, 11, 'start', `${short(top)} a second`, 'soft'),
        errors ? label('0', 2, COUNTS + 12, 'start', 'errors', 'soft') : nothing,
      ],
    }),
  );
}

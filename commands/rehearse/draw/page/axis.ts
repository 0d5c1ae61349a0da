import { niceStep, short, ticks } from '../scale.ts';
import { html, nothing, type Html } from './html.ts';

/** The time axis that all plots of one story share. */
export type Axis = {
  /** Ms. */
  end: number;
  /** The position of a moment, as `12.5%` of a plot's width. */
  x: (ms: number) => string;
  /** The same as a number from 0 to 1000, for paths in a `stretched` drawing. */
  along: (ms: number) => number;
  ticks: readonly number[];
  /** How wide a bar of a histogram is, ms. */
  bin: number;
};

export const WIDTH = 1000;

export function axisOf(end: number): Axis {
  const longest = Math.max(end, 1000);
  const share = (ms: number): number => Math.min(1, Math.max(0, ms / longest));
  return {
    end: longest,
    x: (ms) => `${short(share(ms) * 100)}%`,
    along: (ms) => share(ms) * WIDTH,
    ticks: ticks(longest / 1000, 8).map((s) => s * 1000),
    bin: niceStep(longest / 50_000) * 1000,
  };
}

/** Where the page's reader should look: a line through a plot. */
export type Mark = { at: number; text: string };

export type Plot = {
  axis: Axis;
  /** Unique in the page. */
  id: string;
  /** The content of the plot in words, for people who cannot see it. */
  title: string;
  description: string;
  /** Pixels. */
  height: number;
  mark?: Mark | undefined;
  content: readonly Html[];
};

/** A plot as wide as there is room: what is placed in percent goes along, text keeps its size. */
export function plot({ axis, id, title, description, height, mark, content }: Plot): Html {
  return html`<svg class="plot" height="${height}" role="img" aria-labelledby="${id}-t ${id}-d">
    <title id="${id}-t">${title}</title>
    <desc id="${id}-d">${description}</desc>
    ${axis.ticks.map((at) => html`<line class="grid" x1="${axis.x(at)}" x2="${axis.x(at)}" y1="0" y2="100%" />`)}${content}${mark === undefined ? nothing : html`<line class="mark" x1="${axis.x(mark.at)}" x2="${axis.x(mark.at)}" y1="0" y2="100%" />`}
  </svg>`;
}

/** Paths whose x goes from 0 to 1000, whatever the plot's width; y are pixels. */
export function stretched(height: number, paths: readonly Html[]): Html {
  return html`<svg
    class="stretched"
    width="100%"
    height="${height}"
    viewBox="0 0 ${WIDTH} ${height}"
    preserveAspectRatio="none"
  >
    ${paths}
  </svg>`;
}

export function path(className: string, d: string): Html {
  return d === '' ? nothing : html`<path class="${className}" d="${d}" />`;
}

/** A text beside or inside a bar: wherever there is most room for it. */
export function textBy(axis: Axis, from: number, to: number, y: number, text: string, className = ''): Html {
  const [start, end] = [Math.min(1, from / axis.end), Math.min(1, to / axis.end)];
  const right = 1 - end;
  if (end - start > Math.max(right, start)) return label(axis.x(from), 6, y, 'start', text, className);
  return right >= start
    ? label(axis.x(to), 6, y, 'start', text, className)
    : label(axis.x(from), -6, y, 'end', text, className);
}

export function label(
  x: string,
  dx: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  text: string,
  className = '',
): Html {
  return html`<text class="${className}" x="${x}" dx="${dx}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** The scale in seconds, below the plots. */
export function timeScale(axis: Axis): Html {
  return html`<svg class="plot scale" height="20" aria-hidden="true">
    ${axis.ticks.map((at) =>
      label(axis.x(at), 0, 14, at === 0 ? 'start' : at > axis.end * 0.97 ? 'end' : 'middle', `${short(at / 1000)} s`),
    )}
  </svg>`;
}

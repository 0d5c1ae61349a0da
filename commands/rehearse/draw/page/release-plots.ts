import type { Release } from '../../story.ts';
import { highestShare, rolledBackAt } from '../../judge/reading.ts';
import { seconds } from '../words.ts';
import type { Axis, Mark } from './axis.ts';
import { html, type Html } from './html.ts';
import { invocationPlot } from './invocation-plot.ts';
import { lifecyclePlot } from './lifecycle-plot.ts';
import { trafficPlot } from './traffic-plot.ts';

/** One function's release as three plots above each other: its stages, who was served by which version, invocations and errors. */
export function releasePlots(release: Release, axis: Axis, id: string, level: number): Html {
  const mark = markOf(release);
  return html`${lifecyclePlot(release, axis, `${id}-stages`, mark, level)}
  ${trafficPlot(release, axis, `${id}-traffic`, mark)} ${invocationPlot(release, axis, `${id}-invocations`, mark)}`;
}

/** The moment at which the new version was taken out. */
function markOf(release: Release): Mark | undefined {
  const at = rolledBackAt(release);
  if (at === undefined) return undefined;
  return { at, text: `${highestShare(release) > 0 ? 'rolled back' : 'refused'} at ${seconds(at)}` };
}

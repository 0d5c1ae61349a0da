import { finite, isList, mapPoints, mapSeries, seriesOf, type Series, type Type, type Value } from './values.ts';

type Points = Series['points'];

type Definition = {
  /** What it gives for arguments of these types; undefined: it does not take them. */
  type: (args: readonly Type[]) => Type | undefined;
  apply: (args: readonly Value[], periodSeconds: number) => Value;
};

/** Every metric math function that is implemented, but for METRICS. */
export const functions: Readonly<Record<string, Definition>> = {
  ABS: eachPoint(Math.abs),
  CEIL: eachPoint(Math.ceil),
  FLOOR: eachPoint(Math.floor),
  DIFF: eachSeries((points) => differences(points, () => 1)),
  RATE: eachSeries((points, seconds) => differences(points, (distance) => distance * seconds)),
  RUNNING_SUM: eachSeries(runningSum),
  SUM: aggregate((values) => values.reduce((sum, value) => sum + value, 0)),
  // Of several series a missing point counts as 0.
  AVG: aggregate((values, of) => values.reduce((sum, value) => sum + value, 0) / of),
  MIN: aggregate((values) => values.reduce((least, value) => Math.min(least, value), Infinity)),
  MAX: aggregate((values) => values.reduce((most, value) => Math.max(most, value), -Infinity)),
  PERIOD: { type: ([only, ...more]) => (only === 'series' && more.length === 0 ? 'number' : undefined), apply: period },
  IF: { type: typeOfIf, apply: applyIf },
  FILL: {
    type: ([of = 'number', filler, ...more]) =>
      of === 'number' || filler === undefined || filler === 'list' || more.length > 0 ? undefined : of,
    apply: ([of = 0, filler = 0]) =>
      mapSeries(of, (points) => points.map((point, index) => point ?? pointOf(filler, index))),
  },
  // How FILL(…, REPEAT) and FILL(…, LINEAR) are read.
  FILL_REPEAT: eachSeries((points) => points.map((point, index) => point ?? points[lastBefore(points, index)])),
  FILL_LINEAR: eachSeries(interpolate),
};

function eachPoint(change: (point: number) => number): Definition {
  return { type: sameAsOnlySeries, apply: ([of = 0]) => mapPoints(of, change) };
}

function eachSeries(change: (points: Points, periodSeconds: number) => Points): Definition {
  return {
    type: sameAsOnlySeries,
    apply: ([of = 0], seconds) => mapSeries(of, (points) => change(points, seconds)),
  };
}

function sameAsOnlySeries([only, ...more]: readonly Type[]): Type | undefined {
  return only === 'number' || more.length > 0 ? undefined : only;
}

/** One number of a series, one series of several. */
function aggregate(combine: (values: readonly number[], of: number) => number): Definition {
  return {
    type: (args) =>
      ({ series: 'number', list: 'series', number: undefined })[sameAsOnlySeries(args) ?? 'number'] as Type,
    apply: ([of = 0]) => {
      const all = seriesOf(of);
      if (!isList(of)) {
        const values = there(all[0]?.points ?? []);
        return combine(values, values.length);
      }
      const length = Math.max(0, ...all.map(({ points }) => points.length));
      const points = Array.from({ length }, (_, index) => {
        const values = there(all.map((one) => one.points[index]));
        return values.length === 0 ? undefined : finite(combine(values, all.length));
      });
      return { label: '', points };
    },
  };
}

function there(points: Points): number[] {
  return points.filter((point) => point !== undefined);
}

function differences(points: Points, divisor: (distance: number) => number): Points {
  return points.map((point, index) => {
    const before = lastBefore(points, index);
    const earlier = points[before];
    return point === undefined || earlier === undefined ? undefined : (point - earlier) / divisor(index - before);
  });
}

/** Where the last point before this one is; -1: nowhere. */
function lastBefore(points: Points, index: number): number {
  return points.findLastIndex((point, at) => at < index && point !== undefined);
}

function runningSum(points: Points): Points {
  let sum = 0;
  return points.map((point) => (point === undefined ? undefined : (sum += point)));
}

/** A line between the points around a gap; before the first and after the last there is none. */
function interpolate(points: Points): Points {
  return points.map((point, index) => {
    const [before, after] = [
      lastBefore(points, index),
      points.findIndex((next, at) => at > index && next !== undefined),
    ];
    const [from, to] = [points[before], points[after]];
    if (point !== undefined || from === undefined || to === undefined) return point;
    return from + ((to - from) * (index - before)) / (after - before);
  });
}

function period(_: readonly Value[], seconds: number): number {
  return seconds;
}

/** A number in place of a condition asks for series to choose from: a number is no result. */
function typeOfIf([condition, then, otherwise, ...more]: readonly Type[]): Type | undefined {
  const taken = [condition, then, otherwise].every((type) => type !== 'list') && more.length === 0;
  if (!taken || condition === undefined || then === undefined) return undefined;
  return condition === 'number' && then === 'number' ? undefined : 'series';
}

function applyIf([condition = 0, then = 0, otherwise]: readonly Value[]): Value {
  const [model] = [condition, then, otherwise ?? 0].flatMap(seriesOf);
  const points = (model?.points ?? []).map((_, index) => {
    const holds = pointOf(condition, index);
    if (holds === undefined) return undefined;
    // Where only the condition has a point, what it asks for counts as 0.
    if (holds !== 0) return pointOf(then, index) ?? (typeof condition === 'number' ? undefined : 0);
    return otherwise === undefined ? undefined : pointOf(otherwise, index);
  });
  return { label: model?.label ?? '', points };
}

function pointOf(value: Value, index: number): number | undefined {
  return typeof value === 'number' ? finite(value) : seriesOf(value)[0]?.points[index];
}

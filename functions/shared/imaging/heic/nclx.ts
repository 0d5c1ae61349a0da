import type { Pixels } from '../pixels.ts';

/** Colours named by numbers of ITU-T H.273, as the box `colr` of type `nclx` stores them. */
export type Nclx = { primaries: number; transfer: number; matrix: number; isFullRange: boolean };

type Chromaticity = readonly [x: number, y: number];

/** ITU-T H.273, table 2: red, green and blue of the colour primaries whose white is D65. */
const primaries: Readonly<Record<number, readonly [Chromaticity, Chromaticity, Chromaticity]>> = {
  1: [
    [0.64, 0.33],
    [0.3, 0.6],
    [0.15, 0.06],
  ], // BT.709, and sRGB
  5: [
    [0.64, 0.33],
    [0.29, 0.6],
    [0.15, 0.06],
  ], // BT.470 B, G
  6: [
    [0.63, 0.34],
    [0.31, 0.595],
    [0.155, 0.07],
  ], // SMPTE 170M
  7: [
    [0.63, 0.34],
    [0.31, 0.595],
    [0.155, 0.07],
  ], // SMPTE 240M
  9: [
    [0.708, 0.292],
    [0.17, 0.797],
    [0.131, 0.046],
  ], // BT.2020
  12: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ], // Display P3
};
const D65: Chromaticity = [0.3127, 0.329];

/** ITU-T H.273, table 3: how a stored value, 0 to 1, becomes light. What is not here is shown as sRGB, as are the curves of television. */
const curves: Readonly<Record<number, (value: number) => number>> = {
  4: (value) => value ** 2.2,
  5: (value) => value ** 2.8,
  8: (value) => value,
};

/**
 * Whether pixels with these colours must be converted to be shown as sRGB. Curves of brightness beyond white (PQ, HLG) are not
 * converted here.
 */
export function differsFromSrgb({ primaries: named, transfer }: Nclx): boolean {
  return (named !== 1 && named in primaries) || transfer in curves;
}

/** The same picture in sRGB. What sRGB cannot show becomes the nearest that it can, channel by channel. */
export function toSrgb({ data, width, height, channels }: Pixels, { primaries: named, transfer }: Nclx): Pixels {
  if (channels < 3) return { data, width, height, channels };
  const matrix = multiplied(inverted(toXyz(primaries[1] ?? fail())), toXyz(primaries[named] ?? primaries[1] ?? fail()));
  const toLight = curves[transfer] ?? srgbToLight;
  const light = Float64Array.from({ length: 256 }, (_, value) => toLight(value / 255));
  const stored = Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(lightToSrgb(step / STEPS) * 255));
  const converted = Uint8Array.from(data);
  for (let at = 0; at < data.length; at += channels) {
    const [r, g, b] = [light[data[at] ?? 0] ?? 0, light[data[at + 1] ?? 0] ?? 0, light[data[at + 2] ?? 0] ?? 0];
    for (let n = 0; n < 3; n++) {
      const [fromRed, fromGreen, fromBlue] = matrix[n] ?? fail();
      const sum = fromRed * r + fromGreen * g + fromBlue * b;
      converted[at + n] = stored[Math.round(Math.min(1, Math.max(0, sum)) * STEPS)] ?? 0;
    }
  }
  return { data: converted, width, height, channels };
}

/** Fine enough that the darkest of 256 stored values still differ: sRGB is steepest there, 1/255 by 1/3,300 of light. */
const STEPS = 16_384;

/** IEC 61966-2-1. */
function srgbToLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function lightToSrgb(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

type Row = readonly [number, number, number];
type Matrix = readonly [Row, Row, Row];

/** From linear RGB of these primaries and D65 to CIE XYZ: SMPTE RP 177. */
function toXyz(chromaticities: readonly [Chromaticity, Chromaticity, Chromaticity]): Matrix {
  const xyz = ([x, y]: Chromaticity): Row => [x / y, 1, (1 - x - y) / y];
  const [red, green, blue] = chromaticities.map(xyz) as unknown as Matrix;
  const columns: Matrix = [
    [red[0], green[0], blue[0]],
    [red[1], green[1], blue[1]],
    [red[2], green[2], blue[2]],
  ];
  const white = xyz(D65);
  const shares = inverted(columns).map((row) => dot(row, white)) as unknown as Row;
  return columns.map((row) => row.map((value, n) => value * (shares[n] ?? 0))) as unknown as Matrix;
}

function dot(a: Row, b: Row): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function multiplied(a: Matrix, b: Matrix): Matrix {
  const column = (n: 0 | 1 | 2): Row => [b[0][n], b[1][n], b[2][n]];
  return a.map((row) => [dot(row, column(0)), dot(row, column(1)), dot(row, column(2))] as const) as unknown as Matrix;
}

function inverted([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const rows: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return rows.map((row) => row.map((value) => value / determinant)) as unknown as Matrix;
}

function fail(): never {
  throw new Error('this table of colours is not complete');
}

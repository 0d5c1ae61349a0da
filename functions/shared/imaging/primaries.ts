export type Vector = readonly [number, number, number];
export type Matrix = readonly [Vector, Vector, Vector];
type Chromaticity = readonly [x: number, y: number];
/** CIE 1931 x and y of the three colours and of white. */
export type Primaries = { red: Chromaticity; green: Chromaticity; blue: Chromaticity; white: Chromaticity };

const D65: Chromaticity = [0.3127, 0.329];
const C: Chromaticity = [0.31, 0.316];

const bt709: Primaries = { red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06], white: D65 };
const smpte170: Primaries = { red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07], white: D65 };

/** ITU-T H.273 table 2. */
const primariesByNumber: Readonly<Record<number, Primaries>> = {
  1: bt709,
  4: { red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08], white: C },
  5: { red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06], white: D65 },
  6: smpte170,
  7: smpte170,
  8: { red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049], white: C },
  9: { red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046], white: D65 },
  11: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.314, 0.351] },
  12: { red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: D65 },
  22: { red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077], white: D65 },
};

/**
 * From linear RGB of these primaries (a number of H.273, or chromaticities) to linear RGB of sRGB; undefined where nothing is to be
 * converted. White stays white: where the whites differ they are adapted by Bradford's method, as in ICC profiles. A number that
 * H.273 reserves means sRGB, and so do chromaticities that span no triangle.
 */
export function toSrgbMatrix(from: number | Primaries): Matrix | undefined {
  const primaries = typeof from === 'number' ? primariesByNumber[from] : from;
  if (primaries === undefined || primaries === bt709) return undefined;
  const matrix = betweenPrimaries(primaries);
  return matrix.flat().every(Number.isFinite) ? matrix : undefined;
}

function betweenPrimaries(primaries: Primaries): Matrix {
  return product(inverse(toXyz(bt709)), product(adaptation(primaries.white, D65), toXyz(primaries)));
}

/** Of linear RGB; white has the luminance 1. SMPTE RP 177. */
function toXyz({ red, green, blue, white }: Primaries): Matrix {
  const columns = transposed([xyzOf(red), xyzOf(green), xyzOf(blue)]);
  const [r, g, b] = apply(inverse(columns), xyzOf(white));
  return [scaled(columns[0], r, g, b), scaled(columns[1], r, g, b), scaled(columns[2], r, g, b)];
}

const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

function adaptation(from: Chromaticity, to: Chromaticity): Matrix {
  const [a, b] = [apply(bradford, xyzOf(from)), apply(bradford, xyzOf(to))];
  const scale: Matrix = [
    [b[0] / a[0], 0, 0],
    [0, b[1] / a[1], 0],
    [0, 0, b[2] / a[2]],
  ];
  return product(inverse(bradford), product(scale, bradford));
}

function xyzOf([x, y]: Chromaticity): Vector {
  return [x / y, 1, (1 - x - y) / y];
}

function scaled([a, b, c]: Vector, r: number, g: number, blue: number): Vector {
  return [a * r, b * g, c * blue];
}

function transposed([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  return [
    [a, d, g],
    [b, e, h],
    [c, f, i],
  ];
}

function apply([first, second, third]: Matrix, vector: Vector): Vector {
  return [dot(first, vector), dot(second, vector), dot(third, vector)];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}

function product(left: Matrix, right: Matrix): Matrix {
  return transposed(transposed(right).map((column) => apply(left, column)) as [Vector, Vector, Vector]);
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const rows = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ] as const;
  return rows.map((row) => row.map((value) => value / determinant)) as unknown as Matrix;
}

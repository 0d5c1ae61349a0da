/** CIE L*a*b*, white D65: L* is 0 to 100, a* and b* are 0 for grey. */
export type Lab = readonly [lightness: number, a: number, b: number];

/** Of sRGB, 0 to 255 a channel. */
export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  // IEC 61966-2-1; divided by the white that red, green and blue make together.
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function f(t: number): number {
  return t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const cosine = (degrees: number): number => Math.cos(radians(degrees));
const sine = (degrees: number): number => Math.sin(radians(degrees));

/** What a strong colour's chroma makes of the formula's corrections for blue: 0 to 1. */
const saturation = (chroma: number): number => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));

/**
 * How different two colours look: CIEDE2000, with all weights 1. 1 is about what a trained eye sees side by side, 2 to 3 what most
 * people see; black and white are 100 apart. The names are those of Sharma, Wu and Dalal (2005), whose test data it meets.
 */
export function colourDifference([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const g = 0.5 * (1 - saturation((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2));
  const [c1, h1] = polar(a1 * (1 + g), b1);
  const [c2, h2] = polar(a2 * (1 + g), b2);
  const isGrey = c1 * c2 === 0;

  // The shorter way round the circle of hues. A grey has no hue: its partner's counts.
  const turn = isGrey || Math.abs(h2 - h1) <= 180 ? 0 : h2 > h1 ? -360 : 360;
  const hueDifference = 2 * Math.sqrt(c1 * c2) * sine((isGrey ? 0 : h2 - h1 + turn) / 2);
  const meanHue = isGrey ? h1 + h2 : (h1 + h2 + (turn === 0 ? 0 : h1 + h2 < 360 ? 360 : -360)) / 2;
  const meanLightness = (l1 + l2) / 2;
  const meanChroma = (c1 + c2) / 2;

  const t =
    1 -
    0.17 * cosine(meanHue - 30) +
    0.24 * cosine(2 * meanHue) +
    0.32 * cosine(3 * meanHue + 6) -
    0.2 * cosine(4 * meanHue - 63);
  const fromMiddle = (meanLightness - 50) ** 2;
  const lightness = (l2 - l1) / (1 + (0.015 * fromMiddle) / Math.sqrt(20 + fromMiddle));
  const chroma = (c2 - c1) / (1 + 0.045 * meanChroma);
  const hue = hueDifference / (1 + 0.015 * meanChroma * t);
  const rotation = -2 * saturation(meanChroma) * sine(60 * Math.exp(-(((meanHue - 275) / 25) ** 2)));
  return Math.sqrt(lightness ** 2 + chroma ** 2 + hue ** 2 + rotation * chroma * hue);
}

/** Chroma, and hue in degrees from 0 to 360. */
function polar(a: number, b: number): [chroma: number, hue: number] {
  const hue = a === 0 && b === 0 ? 0 : (Math.atan2(b, a) * 180) / Math.PI;
  return [Math.hypot(a, b), hue < 0 ? hue + 360 : hue];
}

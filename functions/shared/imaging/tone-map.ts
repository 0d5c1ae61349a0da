import { decodePq, encodePq } from './transfer.ts';

/** How finely the curve is tabulated: between two entries less than a step of 8 bits. */
const STEPS = 4_096;

/**
 * Maps the luminance of an HDR picture to that of a dimmer display, both in cd/m²: the EETF of Report ITU-R BT.2390, section 5.4.1,
 * with a black of 0. What is darker than its knee stays as it is; what is brighter is compressed by a Hermite spline, so that the
 * peak of one becomes the peak of the other. Applied to the largest of R, G and B, it keeps hues.
 */
export function createToneMap(sourcePeak: number, targetPeak: number): (luminance: number) => number {
  const whole = encodePq(sourcePeak);
  const most = encodePq(targetPeak) / whole;
  const knee = 1.5 * most - 0.5;

  function curve(luminance: number): number {
    const value = Math.min(encodePq(luminance) / whole, 1);
    if (value < knee) return luminance;
    const t = (value - knee) / (1 - knee);
    const [t2, t3] = [t ** 2, t ** 3];
    const mapped = (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) + (-2 * t3 + 3 * t2) * most;
    return decodePq(mapped * whole);
  }

  // By the cube root, which is dense where eyes are sensitive.
  const table = Float32Array.from({ length: STEPS + 1 }, (_, step) => curve(sourcePeak * (step / STEPS) ** 3));
  return (luminance) => {
    const place = Math.cbrt(Math.min(luminance / sourcePeak, 1)) * STEPS;
    const below = Math.floor(place);
    const [low = 0, high = low] = [table[below], table[below + 1]];
    return low + (high - low) * (place - below);
  };
}

/** Light from code values, by ITU-T H.273 table 3. Values and light are 0 to 1, except for PQ, whose light is in cd/m². */
export function decodeTransfer(transfer: number | { exponent: number }, value: number): number {
  if (typeof transfer !== 'number') return value ** transfer.exponent;
  switch (transfer) {
    case 4:
      return value ** 2.2;
    case 5:
      return value ** 2.8;
    case 7: // SMPTE ST 240
      return value < 0.0913 ? value / 4 : ((value + 0.1115) / 1.1115) ** (1 / 0.45);
    case 8:
      return value;
    case 17: // SMPTE ST 428-1, digital cinema
      return (52.37 / 48) * value ** 2.6;
    default:
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }
}

// BT.2100 table 4.
const m1 = 2610 / 16384;
const m2 = (2523 / 4096) * 128;
const c1 = 3424 / 4096;
const c2 = (2413 / 4096) * 32;
const c3 = (2392 / 4096) * 32;

/** The PQ EOTF: cd/m², up to 10,000. */
export function decodePq(value: number): number {
  const power = value ** (1 / m2);
  return 10_000 * (Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1);
}

/** Its inverse. */
export function encodePq(luminance: number): number {
  const power = (Math.max(luminance, 0) / 10_000) ** m1;
  return ((c1 + c2 * power) / (1 + c3 * power)) ** m2;
}

/** The inverse of the HLG OETF: light of the scene, 0 to 1. BT.2100 table 5. */
export function decodeHlg(value: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
}

const STEPS = 16_384;
const srgbTable = Uint8Array.from({ length: STEPS + 1 }, (_, step) => {
  const light = step / STEPS;
  return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
});

/** Light (clipped to 0 to 1) as a value of sRGB, 0 to 255. IEC 61966-2-1. */
export function encodeSrgb(light: number): number {
  return srgbTable[Math.round(Math.min(Math.max(light, 0), 1) * STEPS)] ?? 0;
}

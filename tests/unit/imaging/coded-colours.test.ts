import { expect, test } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';

import { guard } from '../../../functions/shared/imaging/guard.ts';
import { decode } from '../../../functions/shared/imaging/decode.ts';
import { decodeHeic } from '../../../functions/shared/imaging/heic/decoder.ts';
import { decodeWhole, pixelAt } from '../../support/decode-whole.ts';
import { contentsOf, heic } from '../../support/heics.ts';
import { avifOf, codedIn, withColoursInStream, type Nclx } from '../../support/odd-avifs.ts';
import * as chunks from '../../support/odd-pngs.ts';
import { quarters } from '../../support/pictures.ts';

type Rgb = readonly [number, number, number];

/** Patches of 16 x 16 pixels beside each other, of code values from 0 to 1, in 8 or 16 bits. */
function drawPatches(patches: readonly Rgb[], bits: 8 | 16 = 16): Sharp {
  const white = 2 ** bits - 1;
  const width = patches.length * 16;
  const Samples = bits === 8 ? Uint8Array : Uint16Array;
  const data = new Samples(width * 16 * 3);
  for (let n = 0; n < width * 16; n++) {
    const patch = patches[Math.floor((n % width) / 16)] ?? [0, 0, 0];
    data.set(
      patch.map((value) => Math.round(value * white)),
      n * 3,
    );
  }
  const picture = sharp(data, { raw: { width, height: 16, channels: 3 } });
  return bits === 8 ? picture : picture.toColourspace('rgb16');
}

async function patchesOf(file: Uint8Array, count: number): Promise<number[][]> {
  const pixels = await decodeWhole(file);
  return Array.from({ length: count }, (_, n) => {
    const pixel = pixelAt(pixels, n * 16 + 8, 8);
    return pixels.channels < 3 ? [pixel[0] ?? NaN, pixel[0] ?? NaN, pixel[0] ?? NaN] : pixel.slice(0, 3);
  });
}

function expectNear(
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
  most: number,
): void {
  const distances = expected.map((patch, n) =>
    Math.max(...patch.map((value, c) => Math.abs(value - (found[n]?.[c] ?? NaN)))),
  );
  // The values themselves are in the message, if it fails.
  expect({ found, isNear: distances.every((distance) => distance <= most) }).toEqual({ found, isNear: true });
}

const png =
  (...added: Buffer[]) =>
  async (patches: readonly Rgb[]) =>
    chunks.withColourChunks(await drawPatches(patches).png().toBuffer(), ...added);
const avif =
  (bits: 8 | 10, nclx: Partial<Nclx>) =>
  async (patches: readonly Rgb[]): Promise<Buffer> => {
    const drawn = drawPatches(patches, bits === 8 ? 8 : 16);
    // Lossless is RGB as it is: matrix 0.
    const coded = codedIn(await drawn.avif({ lossless: true, effort: 0, bitdepth: bits }).toBuffer());
    return avifOf(coded, { nclx: { primaries: 1, transfer: 13, matrix: 0, isFullRange: true, ...nclx } });
  };

const srgbCurve = (light: number): number => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
const byCurve = (encode: (light: number) => number, colours: readonly Rgb[]): Rgb[] =>
  colours.map((colour) => colour.map(encode) as unknown as Rgb);

/** Red, green and blue of sRGB, a grey and white, in light of Display P3 (CSS Color 4, 10.3) and of BT.2020 (ITU-R BT.2087). */
const inP3: readonly Rgb[] = [
  [0.82246, 0.03319, 0.01708],
  [0.17754, 0.96681, 0.0724],
  [0, 0, 0.91052],
  [0.2, 0.2, 0.2],
  [1, 1, 1],
];
const in2020: readonly Rgb[] = [
  [0.6274, 0.0691, 0.0164],
  [0.3293, 0.9195, 0.088],
  [0.0433, 0.0114, 0.8956],
  [0.2, 0.2, 0.2],
  [1, 1, 1],
];
const grey = Math.round(255 * srgbCurve(0.2));
const inSrgb = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [grey, grey, grey],
  [255, 255, 255],
];

test.each([
  ['a PNG by cICP', png(chunks.cicp(12, 13)), inP3, srgbCurve],
  ['an AVIF by nclx', avif(8, { primaries: 12 }), inP3, srgbCurve],
  ['an AVIF of 10 bits by nclx', avif(10, { primaries: 12 }), inP3, srgbCurve],
  ['a PNG by cICP', png(chunks.cicp(9, 13)), in2020, srgbCurve],
  ['a PNG by cICP, in linear light', png(chunks.cicp(9, 8)), in2020, (light: number) => light],
  ['a PNG by cICP, as a television shows it', png(chunks.cicp(9, 14)), in2020, (light: number) => light ** (1 / 2.4)],
  ['an AVIF by nclx', avif(8, { primaries: 9 }), in2020, srgbCurve],
  ['an AVIF of 10 bits, of a camera for television', avif(10, { primaries: 9, transfer: 14 }), in2020, srgbCurve],
] as const)('sRGB colours coded with wider primaries come out as sRGB: %s', async (_, draw, light, curve) => {
  // In 8 bits, BT.2020's blue has a green of 0.0114: what rounding does to it is a step of sRGB at its steepest.
  expectNear(await patchesOf(await draw(byCurve(curve, light)), 5), inSrgb, 20);
  const opaque = await patchesOf(
    await draw(
      byCurve(curve, [
        [0.2, 0.2, 0.2],
        [1, 1, 1],
      ]),
    ),
    2,
  );
  expectNear(opaque, inSrgb.slice(3), 1);
});

test('a profile goes before nclx, and cICP before a profile', async () => {
  const patches: Rgb[] = [[0.9, 0.2, 0.1]];
  const inProfile = await drawPatches(patches, 8).withIccProfile('p3').png().toBuffer();
  expectNear(await patchesOf(inProfile, 1), [[230, 51, 26]], 2);
  const stored = await sharp(inProfile, { ignoreIcc: true }).raw().toBuffer();
  const overruled = chunks.withColourChunks(inProfile, chunks.cicp(1, 13));
  expectNear(await patchesOf(overruled, 1), [[...stored.subarray(0, 3)]], 0);
  const avifInProfile = await drawPatches(patches, 8).withIccProfile('p3').avif({ lossless: true }).toBuffer();
  expectNear(await patchesOf(avifInProfile, 1), [[230, 51, 26]], 3);
});

test('an AVIF whose stream alone names its colours is converted too', async () => {
  const patches = byCurve(srgbCurve, inP3);
  const coded = codedIn(await drawPatches(patches, 8).avif({ quality: 100, effort: 0 }).toBuffer());
  expectNear(await patchesOf(avifOf(withColoursInStream(coded, 12, 13, 6)), 5), inSrgb, 24);
  const stored = patches.map((patch) => patch.map((value) => Math.round(value * 255)));
  expectNear(await patchesOf(avifOf(coded), 5), stored, 4);
  // The box counts before the stream.
  const nclx = { primaries: 1, transfer: 13, matrix: 6, isFullRange: true };
  expectNear(await patchesOf(avifOf(withColoursInStream(coded, 12, 13, 6), { nclx }), 5), stored, 4);
});

/** SMPTE ST 2084, its constants as decimals: code values of light in cd/m². */
function pq(luminance: number): number {
  const power = (luminance / 10_000) ** 0.1593017578125;
  return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375;
}
function light(code: number): number {
  const power = code ** (1 / 78.84375);
  return 10_000 * (Math.max(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125);
}

/** Report ITU-R BT.2390-10, section 5.4.1, step by step: from 1,000 to 203 cd/m², both with a black of 0; then as sRGB. */
function shownAs(luminance: number): number {
  const e1 = Math.min(pq(luminance) / pq(1_000), 1);
  const maxLum = pq(203) / pq(1_000);
  const kneeStart = 1.5 * maxLum - 0.5;
  const t = (e1 - kneeStart) / (1 - kneeStart);
  const spline =
    (2 * t ** 3 - 3 * t ** 2 + 1) * kneeStart +
    (t ** 3 - 2 * t ** 2 + t) * (1 - kneeStart) +
    (-2 * t ** 3 + 3 * t ** 2) * maxLum;
  const e2 = e1 < kneeStart ? e1 : spline;
  return Math.round(255 * srgbCurve(Math.min(light(e2 * pq(1_000)) / 203, 1)));
}

const luminances = [0, 1, 20, 80, 203, 400, 1_000, 4_000];
const greyLevels = luminances.map((luminance) => [shownAs(luminance), shownAs(luminance), shownAs(luminance)]);

test.each([
  ['a PNG', png(chunks.cicp(9, 16)), 1],
  ['a PNG of BT.709 primaries', png(chunks.cicp(1, 16)), 1],
  ['an AVIF of 10 bits', avif(10, { primaries: 9, transfer: 16 }), 2],
] as const)('PQ is mapped to SDR as BT.2390 has it: %s', async (_, draw, most) => {
  const patches = luminances.map((luminance): Rgb => [pq(luminance), pq(luminance), pq(luminance)]);
  expectNear(await patchesOf(await draw(patches), patches.length), greyLevels, most);
  // What is far from the peak stays as it is, white is white, and nothing becomes darker as it becomes brighter.
  expect(greyLevels[2]).toEqual(Array(3).fill(Math.round(255 * srgbCurve(20 / 203))));
  expect(greyLevels[6]).toEqual([255, 255, 255]);
  expect(greyLevels.map(([level]) => level)).toEqual(
    greyLevels.map(([level]) => level).toSorted((a = 0, b = 0) => a - b),
  );
});

test.each([
  ['a PNG', png(chunks.cicp(9, 18)), 1],
  ['an AVIF of 10 bits', avif(10, { primaries: 9, transfer: 18 }), 2],
] as const)('HLG is shown like the PQ of a display of 1,000 cd/m²: %s', async (_, draw, most) => {
  // Report ITU-R BT.2408, table 1: 75 % of HLG is 203 cd/m², 38 % is 26, 50 % is 51, 100 % is the peak.
  const patches = [0, 0.38, 0.5, 0.75, 1].map((code): Rgb => [code, code, code]);
  const expected = [0, 26.2, 50.7, 203.2, 1_000].map((luminance) => Array<number>(3).fill(shownAs(luminance)));
  expectNear(await patchesOf(await draw(patches), patches.length), expected, most + 1);
});

test('a bright colour keeps its hue', async () => {
  // In light of BT.709, so that nothing but the curve is at work: the largest channel decides how much all are dimmed.
  const [patch] = await patchesOf(await png(chunks.cicp(1, 16))([[pq(600), pq(300), pq(60)]]), 1);
  const toLight = (value: number): number =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const [red = 0, green = 0, blue = 0] = (patch ?? []).map(toLight);
  expect(green / red).toBeCloseTo(0.5, 1);
  expect(blue / red).toBeCloseTo(0.1, 1);
  expect(patch?.[0]).toBe(shownAs(600));
});

test('a HEIC in PQ or HLG goes the same way as the others', async () => {
  const file = heic('p3-nclx');
  const shown = async (transfer: number): Promise<number[]> => {
    const changed = Buffer.from(file);
    for (const at of contentsOf(changed, 'nclx')) changed.writeUInt16BE(transfer, at + 2);
    const accepted = await guard(changed, { decodeHeic });
    return pixelAt(await decode(accepted, accepted), 48, 32);
  };
  const [stored, ofPq, ofHlg] = [await shown(13), await shown(16), await shown(18)];
  expectNear([stored], [[...quarters.topLeft]], 8);
  // The same code values: red is about 0.77 of PQ, beyond 1,000 cd/m², and of HLG, a little more than 203.
  expect(ofPq[0]).toBe(255);
  expect(ofHlg[0]).toBeGreaterThan(228);
  expect(ofPq).not.toEqual(stored);
  expect(ofHlg).not.toEqual(stored);
});

test('an animated AVIF gives its primary picture', async () => {
  const coded = codedIn(
    await drawPatches([[0.8, 0.4, 0.2]], 8)
      .avif({ quality: 100, effort: 0 })
      .toBuffer(),
  );
  const film = avifOf(coded, { frames: 3 });
  expect(film.toString('latin1', 8, 12)).toBe('avis');
  expect(await guard(film)).toMatchObject({ format: 'avif', width: 16, height: 16 });
  expect(await patchesOf(film, 1)).toEqual(await patchesOf(avifOf(coded), 1));
});

test('grey values of limited range are expanded, in an AVIF of one channel', async () => {
  const values = [16, 60, 126, 235].map((value) => value / 255);
  const luma = await drawPatches(
    values.map((value) => [value, value, value]),
    8,
  )
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const colour = drawPatches(
    values.map(() => [0.5, 0.5, 0.5]),
    8,
  );
  const withAlpha = colour.joinChannel(luma, { raw: { width: values.length * 16, height: 16, channels: 1 } });
  const coded = codedIn(await withAlpha.avif({ quality: 100, effort: 0 }).toBuffer(), 'alpha');
  const shown = async (isFullRange: boolean): Promise<number[]> => {
    const nclx = { primaries: 1, transfer: 13, matrix: 6, isFullRange };
    return (await patchesOf(avifOf(coded, { nclx }), values.length)).map(([value]) => value ?? NaN);
  };
  expectNear([await shown(true)], [[16, 60, 126, 235]], 1);
  expectNear([await shown(false)], [[0, 51, 128, 255]], 1);
});

const half: Rgb[] = [[0.5, 0.25, 0.75]];
const asStored = [[128, 64, 191]];
const byExponent = (exponent: number): number[][] => [
  [0.5, 0.25, 0.75].map((value) => 255 * srgbCurve(value ** exponent)),
];

test.each([
  ['a gAMA of 1 is linear light', [chunks.gamma(1)], byExponent(1)],
  ['so is it with the primaries of sRGB', [chunks.gamma(1), chunks.srgbChromaticities], byExponent(1)],
  ['a gAMA of 1/1.8 is that of old Macs', [chunks.gamma(1 / 1.8)], byExponent(1.8)],
  ['a gAMA of 1/2.2 means sRGB', [chunks.gamma(0.45455)], asStored],
  ['and with primaries it means an exponent', [chunks.gamma(0.45455), chunks.srgbChromaticities], byExponent(2.2)],
  ['a cHRM without gAMA says nothing', [chunks.adobeRgb], asStored],
  ['a gAMA of 0 says nothing', [chunks.gamma(0)], asStored],
  ['nor does a cHRM that spans no triangle', [chunks.gamma(1), chunks.chromaticities()], asStored],
  ['sRGB goes before both', [chunks.srgbChunk, chunks.gamma(1), chunks.adobeRgb], asStored],
  ['cICP goes before sRGB', [chunks.srgbChunk, chunks.cicp(1, 8)], byExponent(1)],
])('of a PNG, %s', async (_, added, expected) => {
  expectNear(await patchesOf(await png(...added)(half), 1), expected, 1);
  const eight = chunks.withColourChunks(await drawPatches(half, 8).png().toBuffer(), ...added);
  expectNear(await patchesOf(eight, 1), expected, 3);
});

test('a gAMA with the primaries of Adobe RGB makes green greener', async () => {
  // From light of Adobe RGB (1998) to that of sRGB: its red and green are farther apart, and its white is the same.
  const toSrgb = [
    [1.39836, -0.39836, 0],
    [0, 1, 0],
    [0, -0.04293, 1.04293],
  ];
  const colour: Rgb = [0.7, 0.4, 0.2];
  const linear = colour.map((value) => value ** 2.2);
  const expected = toSrgb.map(
    (row) => 255 * srgbCurve(row.reduce((sum, weight, n) => sum + weight * (linear[n] ?? 0), 0)),
  );
  expectNear(await patchesOf(await png(chunks.gamma(0.45455), chunks.adobeRgb)([colour]), 1), [expected], 1);
});

test('alpha is no light: it stays as it is, and so does what is grey', async () => {
  const half = await drawPatches([[0.5, 0.5, 0.5]])
    .ensureAlpha(0.4)
    .png()
    .toBuffer();
  const pixels = await decodeWhole(chunks.withColourChunks(half, chunks.gamma(1)));
  expect(pixelAt(pixels, 8, 8)).toEqual([188, 188, 188, 102]);
  const grey = await drawPatches([[0.5, 0.5, 0.5]], 8)
    .toColourspace('b-w')
    .png()
    .toBuffer();
  expectNear(await patchesOf(chunks.withColourChunks(grey, chunks.gamma(1)), 1), [[188, 188, 188]], 1);
});

test('chunks of colours that come after the pixels count for nothing', async () => {
  const drawn = await drawPatches(half, 8).png().toBuffer();
  const end = drawn.length - 12;
  expectNear(
    await patchesOf(Buffer.concat([drawn.subarray(0, end), chunks.gamma(1), drawn.subarray(end)]), 1),
    asStored,
    1,
  );
});

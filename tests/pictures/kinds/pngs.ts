import sharp, { type Sharp } from 'sharp';

import { pngChunk, pngOfZeros } from '../../support/hostile-pictures.ts';
import {
  adobeRgb,
  chromaticities,
  cicp,
  gamma,
  srgbChromaticities,
  srgbChunk,
  withColourChunks,
} from '../../support/odd-pngs.ts';
import { deepScene, HEIGHT, scene, sceneAt, turnedScene, WIDTH, type Kind } from '../kind.ts';

const plain = (): Promise<Buffer> => scene().png().toBuffer();
const deep = (): Promise<Buffer> => deepScene().png().toBuffer();
const p3 = (): Promise<Buffer> => scene().withIccProfile('p3').png().toBuffer();
const grey = (): Promise<Buffer> => scene().toColourspace('b-w').png().toBuffer();
const palette = (): Promise<Buffer> => scene().png({ palette: true }).toBuffer();
const BY_FORMULA = 'HDR is mapped to SDR by different curves; ours is that of BT.2390 (docs/decisions/0008)';

/** The first and only frame: where it lies, and for how long it is shown. */
const frameControl = Buffer.from([
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  WIDTH,
  0,
  0,
  0,
  HEIGHT,
  ...Array<number>(8).fill(0),
  0,
  1,
  0,
  10,
  0,
  0,
]);

const withChunks =
  (draw: () => Promise<Buffer>, ...chunks: readonly Buffer[]): Kind['draw'] =>
  async () =>
    withColourChunks(await draw(), ...chunks);

export const pngs: readonly Kind[] = [
  { title: 'a PNG', draw: plain },
  { title: 'a PNG of 16 bits', draw: deep },
  { title: 'an interlaced PNG', draw: () => scene().png({ progressive: true }).toBuffer() },
  { title: 'a PNG with a palette', draw: palette },
  { title: 'a PNG with a palette and alpha', draw: () => fading().png({ palette: true }).toBuffer() },
  { title: 'a grey PNG', draw: grey },
  { title: 'a grey PNG of 16 bits', draw: () => deepScene().toColourspace('grey16').png().toBuffer() },
  {
    title: 'a black and white PNG of one bit',
    draw: () => scene().threshold(100).toColourspace('b-w').png({ palette: true, colours: 2 }).toBuffer(),
  },
  { title: 'a PNG with alpha', draw: () => fading().png().toBuffer() },
  { title: 'a grey PNG with alpha', draw: () => fading().toColourspace('b-w').png().toBuffer() },
  {
    title: 'a PNG with a transparent colour',
    draw: () => withColourChunks(pngOfZeros(WIDTH, HEIGHT, { colourType: 2 }), pngChunk('tRNS', Buffer.alloc(6))),
  },
  {
    title: 'an animated PNG',
    draw: withChunks(plain, pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0])), pngChunk('fcTL', frameControl)),
  },
  { title: 'a PNG in EXIF orientation 6', draw: () => turnedScene(6).png().toBuffer() },
  { title: 'a Display P3 PNG', draw: p3 },
  { title: 'a Display P3 PNG of 16 bits', draw: () => deepScene().withIccProfile('p3').png().toBuffer() },
  { title: 'a PNG in Display P3 by cICP', draw: withChunks(plain, cicp(12, 13)) },
  { title: 'a PNG of 16 bits in Display P3 by cICP', draw: withChunks(deep, cicp(12, 13)) },
  { title: 'a PNG in BT.2020 by cICP', draw: withChunks(plain, cicp(9, 14)) },
  { title: 'a PNG in BT.709 by cICP', draw: withChunks(plain, cicp(1, 1)) },
  { title: 'a PNG with linear light by cICP', draw: withChunks(deep, cicp(1, 8)) },
  { title: 'a PNG in sRGB by cICP, and in Display P3 by a profile', draw: withChunks(p3, cicp(1, 13)) },
  {
    title: 'a PNG in PQ by cICP',
    draw: withChunks(deep, cicp(9, 16)),
    intended: { difference: 'shown', mean: 10, reason: BY_FORMULA },
  },
  {
    title: 'a PNG in HLG by cICP',
    draw: withChunks(deep, cicp(9, 18)),
    intended: { difference: 'shown', mean: 15, reason: BY_FORMULA },
  },
  { title: 'a PNG with gAMA 1/2.2', draw: withChunks(plain, gamma(0.45455)) },
  { title: 'a PNG with gAMA 1/1.8', draw: withChunks(plain, gamma(1 / 1.8)) },
  { title: 'a PNG with gAMA 1', draw: withChunks(plain, gamma(1)) },
  { title: 'a PNG of 16 bits with gAMA 1', draw: withChunks(deep, gamma(1)) },
  { title: 'a grey PNG with gAMA 1', draw: withChunks(grey, gamma(1)) },
  { title: 'a PNG with a palette and gAMA 1/1.8', draw: withChunks(palette, gamma(1 / 1.8)) },
  { title: 'a PNG with gAMA and cHRM of Adobe RGB', draw: withChunks(plain, gamma(0.45455), adobeRgb) },
  { title: 'a PNG with gAMA and cHRM of sRGB', draw: withChunks(plain, gamma(0.45455), srgbChromaticities) },
  { title: 'a PNG with gAMA and a cHRM of zeros', draw: withChunks(plain, gamma(1), chromaticities()) },
  { title: 'a PNG with cHRM alone', draw: withChunks(plain, adobeRgb) },
  { title: 'a PNG with sRGB, gAMA and cHRM', draw: withChunks(plain, srgbChunk, gamma(1), adobeRgb) },
  { title: 'a PNG with a profile and gAMA', draw: withChunks(p3, gamma(1)) },
  { title: 'a PNG with gAMA of 0', draw: withChunks(plain, gamma(0)) },
];

function fading(): Sharp {
  const data = Buffer.alloc(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const values = [...sceneAt(x, y), y < HEIGHT / 4 ? 1 : 1 - (0.7 * y) / HEIGHT];
      data.set(
        values.map((value) => Math.round(value * 255)),
        (y * WIDTH + x) * 4,
      );
    }
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } });
}

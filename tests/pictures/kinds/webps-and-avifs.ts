import sharp, { type Sharp } from 'sharp';

import { avifOf, codedIn, withColoursInStream, type Coded, type Nclx } from '../../support/odd-avifs.ts';
import { deepScene, HEIGHT, scene, turnedScene, WIDTH, type Kind } from '../kind.ts';

const animation = async (): Promise<Sharp> => {
  const first = await scene().raw().toBuffer();
  const frames = Buffer.concat([first, Buffer.alloc(first.length * 2)]);
  return sharp(frames, { raw: { width: WIDTH, height: HEIGHT * 3, channels: 3, pageHeight: HEIGHT } });
};

export const webps: readonly Kind[] = [
  { title: 'a WebP', draw: () => scene().webp({ quality: 95 }).toBuffer() },
  { title: 'a lossless WebP', draw: () => scene().webp({ lossless: true }).toBuffer() },
  { title: 'a WebP with alpha', draw: () => scene().ensureAlpha(0.4).webp({ lossless: true }).toBuffer() },
  { title: 'an animated WebP', draw: async () => (await animation()).webp({ lossless: true }).toBuffer() },
  { title: 'a Display P3 WebP', draw: () => scene().withIccProfile('p3').webp({ lossless: true }).toBuffer() },
  {
    title: 'a WebP in EXIF orientation 6',
    draw: () => turnedScene(6).webp({ lossless: true }).toBuffer(),
    intended: {
      difference: 'turned',
      reason: 'Chromium reads no EXIF in a WebP; the camera was turned, and all our pictures are upright',
    },
  },
];

const eight = async (): Promise<Coded> => codedIn(await scene().avif({ quality: 95, effort: 0 }).toBuffer());
const ten = async (): Promise<Coded> =>
  codedIn(await deepScene().avif({ quality: 95, effort: 0, bitdepth: 10 }).toBuffer());
const grey = async (): Promise<Coded> => {
  const luma = await scene().toColourspace('b-w').raw().toBuffer();
  const withAlpha = scene().joinChannel(luma, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } });
  return codedIn(await withAlpha.avif({ quality: 100, effort: 0 }).toBuffer(), 'alpha');
};
const numbers = (primaries: number, transfer: number, more: Partial<Nclx> = {}): { nclx: Nclx } => ({
  nclx: { primaries, transfer, matrix: 6, isFullRange: true, ...more },
});
const BY_FORMULA = 'HDR is mapped to SDR by different curves; ours is that of BT.2390 (docs/decisions/0008)';

export const avifs: readonly Kind[] = [
  { title: 'an AVIF', draw: () => scene().avif({ quality: 95, effort: 0 }).toBuffer() },
  {
    title: 'an AVIF whose colours are stored at half the size',
    draw: () => scene().avif({ quality: 95, effort: 0, chromaSubsampling: '4:2:0' }).toBuffer(),
    intended: {
      difference: 'shown',
      mean: 1.5,
      reason:
        'at the edges of colours alone: libheif repeats a colour sample for its four pixels, Chromium interpolates',
    },
  },
  { title: 'an AVIF of 10 bits', draw: () => scene().avif({ quality: 95, effort: 0, bitdepth: 10 }).toBuffer() },
  { title: 'an AVIF of 12 bits', draw: () => scene().avif({ quality: 95, effort: 0, bitdepth: 12 }).toBuffer() },
  { title: 'a lossless AVIF', draw: () => scene().avif({ lossless: true, effort: 0 }).toBuffer() },
  { title: 'an AVIF with alpha', draw: () => scene().ensureAlpha(0.4).avif({ quality: 95, effort: 0 }).toBuffer() },
  { title: 'a Display P3 AVIF', draw: () => scene().withIccProfile('p3').avif({ quality: 95, effort: 0 }).toBuffer() },
  {
    title: 'an AVIF with an EXIF orientation',
    draw: () => scene().withMetadata({ orientation: 6 }).avif({ quality: 95, effort: 0 }).toBuffer(),
  },
  {
    title: 'an animated AVIF',
    draw: async () => avifOf(await eight(), { frames: 3 }),
    intended: {
      difference: 'shown',
      mean: 9,
      reason: 'Chromium takes the full range of an animation for limited; of the same picture as a still it does not',
    },
  },
  { title: 'an AVIF in Display P3 by nclx', draw: async () => avifOf(await eight(), numbers(12, 13)) },
  { title: 'an AVIF of 10 bits in Display P3 by nclx', draw: async () => avifOf(await ten(), numbers(12, 13)) },
  { title: 'an AVIF in BT.2020 by nclx', draw: async () => avifOf(await eight(), numbers(9, 14)) },
  {
    title: 'an AVIF in Display P3 by its stream',
    draw: async () => avifOf(withColoursInStream(await eight(), 12, 13, 6)),
  },
  {
    title: 'an AVIF in PQ by nclx',
    draw: async () => avifOf(await ten(), numbers(9, 16)),
    intended: { difference: 'shown', mean: 10, reason: BY_FORMULA },
  },
  {
    title: 'an AVIF in HLG by nclx',
    draw: async () => avifOf(await ten(), numbers(9, 18)),
    intended: { difference: 'shown', mean: 15, reason: BY_FORMULA },
  },
  { title: 'an AVIF turned by its container', draw: async () => avifOf(await eight(), { quarterTurns: 1 }) },
  { title: 'a grey AVIF', draw: async () => avifOf(await grey(), numbers(1, 13)) },
  {
    title: 'a grey AVIF of limited range',
    draw: async () => avifOf(await grey(), numbers(1, 13, { isFullRange: false })),
  },
  {
    title: 'a grey AVIF of limited range in linear light',
    draw: async () => avifOf(await grey(), numbers(1, 8, { isFullRange: false })),
  },
];

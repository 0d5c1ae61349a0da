import {
  mosaicJpeg,
  withAdobeRgbChannels,
  withBytesBefore,
  withJfifVersion,
  withoutEnd,
} from '../../support/odd-jpegs.ts';
import { scene, turnedScene, type Kind } from '../kind.ts';

const baseline = (): Promise<Buffer> => scene().jpeg({ quality: 90 }).toBuffer();
const progressive = (): Promise<Buffer> => scene().jpeg({ quality: 90, progressive: true }).toBuffer();
const mosaic = Array.from({ length: 8 }, (_, y) => Array.from({ length: 12 }, (_, x) => ((x * 11 + y * 17) % 96) - 48));
const extraneous = Buffer.from([0x12, 0x34, 0xff, 0x00, 0x56]);

const SCANS = [0xda, 0xc4, 0xd9];
const half = 'the file is truncated, and a truncated original is not accepted';

export const jpegs: readonly Kind[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({
    title: `a JPEG in EXIF orientation ${orientation}`,
    draw: () => turnedScene(orientation).jpeg({ quality: 95 }).toBuffer(),
  })),
  { title: 'a JPEG whose colours are stored at half the size', draw: baseline },
  {
    title: 'a JPEG whose colours are stored at full size',
    draw: () => scene().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  },
  { title: 'a progressive JPEG', draw: progressive },
  { title: 'a grey JPEG', draw: () => scene().toColourspace('b-w').jpeg().toBuffer() },
  { title: 'a Display P3 JPEG', draw: () => scene().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer() },
  {
    title: 'a CMYK JPEG with a profile',
    draw: () => scene().withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer(),
    intended: {
      difference: 'shown',
      mean: 16,
      reason: 'Chromium makes dark inks paler; ours are nearer to what was printed from',
    },
  },
  {
    title: 'a CMYK JPEG without a profile',
    draw: () => scene().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    intended: {
      difference: 'shown',
      mean: 22,
      reason: 'Chromium takes inks for light that is missing; we convert them by a profile of printing',
    },
  },
  {
    title: 'a JPEG with RGB channels (Adobe)',
    draw: async () => withAdobeRgbChannels(await scene().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()),
  },
  {
    title: 'a JPEG without EOI',
    draw: async () => withoutEnd(await baseline()),
    intended: {
      difference: 'shown',
      mean: 45,
      reason: 'Chromium waits for more and leaves its last rows blank, although they are all there',
    },
  },
  {
    title: 'a JPEG without EOI, then zeros',
    draw: async () => Buffer.concat([withoutEnd(await baseline()), Buffer.alloc(99)]),
  },
  { title: 'a progressive JPEG without EOI', draw: async () => withoutEnd(await progressive()) },
  {
    title: 'a JPEG without EOI, then a second picture',
    draw: async () => Buffer.concat([withoutEnd(await baseline()), await progressive()]),
  },
  {
    title: 'a JPEG with a second picture behind its end',
    draw: async () => Buffer.concat([await baseline(), await progressive()]),
  },
  ...([0x00, 0x01, 0xd0, 0xd7] as const).map((code) => ({
    title: `a JPEG with a marker ff${code.toString(16).padStart(2, '0')} between its segments`,
    draw: async () => withBytesBefore(await baseline(), [0xdb], Buffer.from([0xff, code])),
  })),
  {
    title: 'a JPEG with zeros between its segments',
    draw: async () => withBytesBefore(await baseline(), [0xc0, 0xc4], Buffer.alloc(7)),
  },
  { title: 'a JPEG of JFIF 0.00', draw: async () => withJfifVersion(await baseline(), 0, 0) },
  { title: 'a JPEG of JFIF 2.01', draw: async () => withJfifVersion(await baseline(), 2, 1) },
  {
    title: 'a JPEG with bytes before its end',
    draw: async () => withBytesBefore(await baseline(), [0xd9], extraneous),
  },
  {
    title: 'a progressive JPEG with bytes before each marker',
    draw: async () => withBytesBefore(await progressive(), SCANS, extraneous),
  },
  { title: 'a JPEG with restart intervals', draw: () => mosaicJpeg(mosaic, { restartInterval: 5 }) },
  {
    title: 'a JPEG with bytes before each restart marker',
    draw: () => mosaicJpeg(mosaic, { restartInterval: 5, extraneous }),
  },
  {
    title: 'a JPEG of 12 bits a channel',
    draw: () => mosaicJpeg(mosaic, { frame: 0xc1, bits: 12 }),
  },
  {
    title: 'a lossless JPEG',
    draw: () => mosaicJpeg(mosaic, { frame: 0xc3 }),
  },
  { title: 'a JPEG whose height follows its pixels (DNL)', draw: () => mosaicJpeg(mosaic, { height: 0 }) },
  {
    title: 'half a JPEG',
    draw: async () => baseline().then((jpeg) => jpeg.subarray(0, Math.floor(jpeg.length * 0.8))),
    intended: { difference: 'refused', reason: half },
  },
  {
    title: 'a progressive JPEG that is cut after half of its scans',
    draw: async () => progressive().then((jpeg) => jpeg.subarray(0, jpeg.lastIndexOf(Buffer.from([0xff, 0xc4])))),
    intended: { difference: 'refused', reason: half },
  },
];

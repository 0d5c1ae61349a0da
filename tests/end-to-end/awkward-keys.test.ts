import { beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { awkwardKeys } from '../support/awkward-keys.ts';
import { download, outcomes, put } from './support/images.ts';
import { stageUnderTest, type Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await stageUnderTest();
});

/** A tiny picture in a colour of its own, so that a mix-up of keys shows in the pixels. */
function swatch(index: number): Promise<Buffer> {
  const hue = Math.round((index * 360) / awkwardKeys.length);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="48" height="32"><rect width="48" height="32" fill="hsl(${String(hue)}, 90%, 50%)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

async function meanColour(image: Uint8Array): Promise<number[]> {
  const { channels } = await sharp(image).stats();
  return channels.slice(0, 3).map(({ mean }) => mean);
}

test('every key that S3 allows comes out right: its own record, its own pixels', async () => {
  expect(new Set(awkwardKeys).size).toBe(awkwardKeys.length);
  expect(awkwardKeys.length).toBeGreaterThanOrEqual(40);
  const originals = await Promise.all(awkwardKeys.map(async (key, index) => put(stage, key, await swatch(index))));
  const results = await Promise.all(originals.map((original) => outcomes(stage, original)));
  for (const [index, { thumbnails, renditions }] of results.entries()) {
    for (const record of [thumbnails, renditions]) {
      expect(record).toMatchObject({ status: 'ready', key: awkwardKeys[index], width: 48, height: 32, format: 'png' });
    }
    const [output] = thumbnails.outputs;
    expect(thumbnails.outputs).toHaveLength(1);
    const seen = await meanColour(await download(stage, output?.key ?? ''));
    const meant = await meanColour(await swatch(index));
    for (const channel of [0, 1, 2]) {
      expect(Math.abs((seen[channel] ?? 0) - (meant[channel] ?? 999))).toBeLessThan(12);
    }
  }
}, 300_000);

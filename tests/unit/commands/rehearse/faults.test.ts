import { expect, test } from '@jest/globals';
import sharp from 'sharp';

import { faults } from '../../../../commands/rehearse/faults/faults.ts';
import { drawSample } from '../../../../commands/sample-picture.ts';
import { distanceFromDrawn, drawQuarters } from '../../../support/pictures.ts';
import '../../../support/open-libvips.ts';
import { deriveWith, type Derived } from './support/derive.ts';

function defectOf(name: string) {
  const fault = faults.find((one) => one.name === name);
  if (fault?.defect === undefined) throw new Error(`there is no fault ${name}`);
  return fault.defect;
}

/** With what a telephone writes: how it was held, and where. */
function photograph(orientation = 1): Promise<Buffer> {
  return drawQuarters(900, 600, orientation)
    .withExif({ IFD0: { Model: 'Telephone 1' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '47/1 22/1 0/1' } })
    .withMetadata({ orientation })
    .jpeg({ quality: 92 })
    .toBuffer();
}

async function deriveOne(name: string, picture: Uint8Array, recipe?: string): Promise<Derived> {
  const { derived } = await deriveWith(defectOf(name), [picture], recipe);
  if (derived[0] === undefined) throw new Error('nothing came out');
  return derived[0];
}

function sizesOf({ outputs = [] }: Derived): string[] {
  return outputs.map(({ width, height, format }) => `${String(width)}x${String(height)} ${format}`);
}

const claimed = ['128x85 webp', '320x213 webp', '640x427 webp'];

test('without a defect everything is as it should be, which is what the others are told from', async () => {
  const { derived, ended } = await deriveWith(undefined, [await photograph(6)]);
  const [one] = derived;
  expect(ended).toBeNull();
  expect(sizesOf(one ?? { ms: 0 })).toEqual(claimed);
  for (const { bytes, width, height } of one?.outputs ?? []) {
    const { exif, ...real } = await sharp(bytes).metadata();
    expect({ width: real.width, height: real.height, exif }).toEqual({ width, height, exif: undefined });
    expect(await distanceFromDrawn(bytes)).toBeLessThan(20);
  }
});

test('crash: the process is killed and tells nothing', async () => {
  expect(await deriveWith(defectOf('crash'), [await photograph()])).toEqual({ derived: [], ended: 'SIGKILL' });
});

test('wrong-size: files of a tenth of the size that is claimed', async () => {
  const one = await deriveOne('wrong-size', await photograph());
  expect(sizesOf(one)).toEqual(claimed);
  const real = await Promise.all((one.outputs ?? []).map(({ bytes }) => sharp(bytes).metadata()));
  expect(real.map(({ width, height }) => [width, height])).toEqual([
    [13, 9],
    [32, 22],
    [64, 43],
  ]);
});

test('rotated: what was stored turned has the right size and is not upright; what was not is right', async () => {
  const { derived } = await deriveWith(defectOf('rotated'), await Promise.all([1, 3, 6, 8].map(photograph)));
  const distances: number[] = [];
  for (const one of derived) {
    expect(sizesOf(one)).toEqual(claimed);
    const [{ bytes, width, height }] = one.outputs as [NonNullable<Derived['outputs']>[0]];
    expect(await sharp(bytes).metadata()).toMatchObject({ width, height });
    distances.push(await distanceFromDrawn(bytes));
  }
  expect(distances.map((distance) => distance < 20)).toEqual([true, false, false, false]);
});

test('black: right sizes and formats, and no light', async () => {
  const one = await deriveOne('black', await photograph());
  expect(sizesOf(one)).toEqual(claimed);
  for (const { bytes, width, height } of one.outputs ?? []) {
    expect(await sharp(bytes).metadata()).toMatchObject({ width, height, format: 'webp' });
    const { channels } = await sharp(bytes).stats();
    expect(Math.max(...channels.map(({ max }) => max))).toBe(0);
  }
});

test('slow: the same outputs, two seconds later', async () => {
  const one = await deriveOne('slow', await photograph());
  expect(sizesOf(one)).toEqual(claimed);
  expect(one.ms).toBeGreaterThan(1_990);
});

test.each(['thumbnails', 'renditions'])(
  'leaks-exif: %s keep where a picture was taken, and stay upright',
  async (recipe) => {
    const { outputs = [] } = await deriveOne('leaks-exif', await photograph(6), recipe);
    expect(outputs.length).toBeGreaterThan(1);
    for (const { bytes, width, height } of outputs) {
      const { exif, ...real } = await sharp(bytes).metadata();
      expect(real).toMatchObject({ width, height });
      expect(exif?.includes('Telephone 1')).toBe(true);
      expect(await distanceFromDrawn(bytes)).toBeLessThan(24);
    }
  },
);

test("rejects-good: the function takes it for the picture's own fault", async () => {
  expect(await deriveOne('rejects-good', await photograph())).toMatchObject({ error: { known: true } });
});

test('after-traffic: only the photographs of a rehearsal fail or are black', async () => {
  const mine = await drawSample(1, { megapixels: 0.1 });
  const { derived } = await deriveWith(defectOf('after-traffic'), [await photograph(), mine, mine, mine]);
  expect(derived.map(({ error }) => error?.known)).toEqual([undefined, false, undefined, false]);
  const [other, , black] = derived;
  expect(await distanceFromDrawn(other?.outputs?.[0]?.bytes ?? Buffer.of())).toBeLessThan(20);
  const { channels } = await sharp(black?.outputs?.[0]?.bytes).stats();
  expect(Math.max(...channels.map(({ max }) => max))).toBe(0);
});

test('every fault has a name of its own and a file, but the good release', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  expect(faults.filter(({ defect }) => defect === undefined).map(({ name }) => name)).toEqual(['good']);
});

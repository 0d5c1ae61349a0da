import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { UnacceptableImageError } from '../../../functions/shared/images/errors.ts';
import type { Recipe } from '../../../functions/shared/images/recipe.ts';
import { derive } from '../../../functions/shared/imaging/derive.ts';
import { decodeHeic } from '../../../functions/shared/imaging/heic/decoder.ts';
import type { FileReport } from '../../support/derive-files.ts';
import { assembled, box, claiming, contentsOf, grid, heic, numbers } from '../../support/heics.ts';
import { exifMaze, pngOfZeros } from '../../support/hostile-pictures.ts';

const recipe: Recipe = { name: 'renditions', version: 1, outputs: [{ width: 64, format: 'webp' }], describe: true };

/** Why a file is refused; `accepted` if it is not. Anything but an UnacceptableImageError fails the test. */
async function reasonFor(file: Uint8Array): Promise<string> {
  try {
    await derive(file, recipe, { decodeHeic });
    return 'accepted';
  } catch (error) {
    if (error instanceof UnacceptableImageError) return error.message;
    throw error;
  }
}

const damaged = 'the HEIC file is damaged or incomplete: it cannot be decoded';
const tooMany = 'an image may have at most 50 megapixels';

test.each(['orientation-6', 'grid', 'alpha', 'gain-map'])('refuses %s.heic that is cut at any eighth', async (name) => {
  const whole = heic(name);
  expect(await reasonFor(whole)).toBe('accepted');
  for (let eighth = 1; eighth < 8; eighth++) {
    expect(await reasonFor(whole.subarray(0, Math.floor((whole.length * eighth) / 8)))).toBe(damaged);
  }
  expect(await reasonFor(whole.subarray(0, -1))).toBe(damaged);
});

test('what follows the last box does not matter', async () => {
  const noise = Buffer.from('SEFH is what some phones write here', 'latin1');
  expect(await reasonFor(Buffer.concat([heic('grid'), noise]))).toBe('accepted');
});

/** How the only item of a file is made of others: a grid of grids, or of itself. */
const nested = (items: number, tiles: number): Buffer => {
  const grids = Array.from({ length: items }, () => ({ type: 'grid', extents: [[0, 12]] as const }));
  const references = grids.map((_, n) => {
    const next = Math.min(n + 2, items);
    return ['dimg', n + 1, ...Array<number>(tiles).fill(next)] as const;
  });
  return assembled(grids, references, grid(1, tiles, 64 * tiles, 64));
};

const tile = { type: 'hvc1', extents: [[12, 10]] as const };

/** Kinds of malice, and why each is refused. */
const hostile: Record<string, { draw: () => Buffer; reason: string }> = {
  'an honest picture of 141 megapixels in 32 KB': {
    draw: () => heic('141-megapixels'),
    reason: `11872 x 11876 pixels: ${tooMany}`,
  },
  'a picture of 141 megapixels that claims 100 x 100': {
    draw: () => claiming(heic('141-megapixels'), 100, 100),
    reason: damaged,
  },
  'tiles of 512 pixels that claim 64': {
    draw: () => {
      const file = claiming(heic('48-megapixels'), 64, 64, [512, 512]);
      return claiming(file, 1024, 768, [8000, 6000]);
    },
    reason: damaged,
  },
  'a small picture that claims 40,000 x 40,000': {
    draw: () => claiming(heic('orientation-1'), 40_000, 40_000),
    reason: '40000 x 40000 pixels: the longest side may be at most 20000',
  },
  'a small picture that claims 7,000 x 7,000': {
    draw: () => claiming(heic('orientation-1'), 7_000, 7_000),
    reason: damaged,
  },
  'a grid that claims 60,000 pixels': {
    draw: () =>
      assembled(
        [{ type: 'grid', extents: [[0, 12]], size: [60_000, 60_000] }, tile],
        [['dimg', 1, 2]],
        grid(1, 1, 60_000, 60_000),
      ),
    reason: damaged, // its tile has ten bytes, and there are none
  },
  'a grid of 65,536 times the same tile': {
    draw: () =>
      assembled(
        [
          { type: 'grid', extents: [[0, 12]], size: [4096, 4096] },
          { ...tile, size: [16, 16] },
        ],
        [['dimg', 1, ...Array<number>(65_535).fill(2)]],
        Buffer.concat([grid(256, 256, 4096, 4096), Buffer.alloc(10)]),
      ),
    reason: damaged,
  },
  'a grid whose tiles are not enough': {
    draw: () =>
      assembled(
        [{ type: 'grid', extents: [[0, 12]], size: [128, 64] }, tile],
        [['dimg', 1, 2]],
        Buffer.concat([grid(1, 2, 128, 64), Buffer.alloc(10)]),
      ),
    reason: damaged,
  },
  'nine hundred tiles of 16 megapixels': {
    draw: () =>
      assembled(
        [
          { type: 'grid', extents: [[0, 12]], size: [300, 300] },
          ...Array.from({ length: 900 }, () => ({
            type: 'hvc1',
            extents: [[12, 1]] as const,
            size: [4000, 4000] as const,
          })),
        ],
        [['dimg', 1, ...Array.from({ length: 900 }, (_, n) => n + 2)]],
        Buffer.concat([grid(30, 30, 300, 300), Buffer.alloc(2000)]),
      ),
    reason: `its tiles have 14400 megapixels: ${tooMany}`,
  },
  'a grid of itself': { draw: () => nested(1, 1), reason: damaged },
  'a grid of grids, ten deep and ten wide': { draw: () => nested(10, 10), reason: damaged },
  'one megabyte that is used four thousand times': {
    draw: () =>
      assembled(
        [{ type: 'hvc1', extents: Array.from({ length: 4_000 }, () => [0, 1_000_000] as const) }],
        [],
        Buffer.alloc(1_000_000),
      ),
    reason: damaged,
  },
  'more extents than any picture has': {
    draw: () =>
      assembled(
        [1, 2].map(() => ({ type: 'hvc1', extents: Array.from({ length: 60_000 }, () => [0, 0] as const) })),
        [],
        Buffer.alloc(10),
      ),
    reason: damaged,
  },
  'a million items': {
    draw: () => {
      const infe = box('infe', numbers(4, 0x02000000), numbers(2, 7, 0), Buffer.from('hvc1\0', 'latin1'));
      const file = heic('grid');
      const [start = 0] = contentsOf(file, 'iinf');
      const many = Buffer.alloc(infe.length * 1_000_000, infe);
      // Each with a number of its own, as far as two bytes go.
      for (let n = 0; n < 1_000_000; n++) many.writeUInt16BE(n & 0xffff, n * infe.length + 12);
      const iinf = box('iinf', numbers(4, 0), numbers(2, 0xffff), many);
      const [meta = 0] = contentsOf(file, 'meta');
      const size = file.readUInt32BE(start - 8);
      const changed = Buffer.concat([file.subarray(0, start - 8), iinf, file.subarray(start - 8 + size)]);
      changed.writeUInt32BE(file.readUInt32BE(meta - 8) + iinf.length - size, meta - 8);
      return changed;
    },
    reason: damaged,
  },
  'a primary picture that does not exist': {
    draw: () => {
      const file = heic('orientation-1');
      file.writeUInt16BE(999, (contentsOf(file, 'pitm')[0] ?? 0) + 4);
      return file;
    },
    reason: damaged,
  },
  'pixels that are noise': {
    draw: () => {
      const file = heic('orientation-1');
      return file.fill(0x5a, contentsOf(file, 'mdat')[0]);
    },
    reason: damaged,
  },
  'a decoder configuration that is noise': {
    draw: () => {
      const file = heic('orientation-1');
      const [start = 0] = contentsOf(file, 'hvcC');
      return file.fill(0xff, start + 1, start + 60);
    },
    reason: damaged,
  },
  'boxes without an end': {
    draw: () => Buffer.concat([box('ftyp', Buffer.from('heic\0\0\0\0', 'latin1')), Buffer.alloc(5_000_000)]),
    reason: damaged,
  },
  'boxes within boxes of no size': {
    draw: () => {
      const file = heic('orientation-1');
      for (const name of ['ipco', 'ipma', 'iref'])
        for (const at of contentsOf(file, name)) file.writeUInt32BE(1, at - 8);
      return file;
    },
    reason: damaged,
  },
};

test.each(Object.entries(hostile))('refuses %s', async (_name, { draw, reason }) => {
  expect(await reasonFor(draw())).toBe(reason);
});

test('EXIF directories that name each other are read no further than they must', async () => {
  const file = heic('orientation-6');
  const start = file.indexOf('MM\0*', 0, 'latin1');
  const maze = exifMaze(150);
  maze.copy(file, start === -1 ? file.indexOf('II*\0', 0, 'latin1') : start);
  expect(await reasonFor(file)).toMatch(/^(accepted|the HEIC file is damaged)/u);
});

test('survives a HEIC with any of its bits flipped, and never throws another error', async () => {
  const whole = heic('grid');
  // Half of them in the boxes, where a flipped bit does most.
  const bit = fc.oneof(fc.nat(600 * 8), fc.nat(whole.length * 8 - 1));
  await fc.assert(
    fc.asyncProperty(fc.array(bit, { minLength: 1, maxLength: 5 }), async (bits) => {
      const changed = Buffer.from(whole);
      for (const n of bits) changed[n >> 3] = (changed[n >> 3] ?? 0) ^ (1 << (n & 7));
      await reasonFor(changed);
    }),
    { numRuns: 40, seed: 20_261_201 },
  );
});

/** As in hostile.test.ts, and against the same picture: in a process of its own, all of them one after the other. */
test('none of them takes more CPU than forty plain pictures, and no 400 MB', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-heics-'));
  try {
    const files = await Promise.all(
      Object.values(hostile).map(async ({ draw }, n) => {
        const file = join(folder, `${n}.heic`);
        await writeFile(file, draw());
        return file;
      }),
    );
    const plain = join(folder, 'plain.png');
    await writeFile(plain, pngOfZeros(7000, 7000, { colourType: 2 }));
    const script = join(import.meta.dirname, '..', '..', 'support', 'derive-files.ts');
    const ending = { timeout: 100_000, killSignal: 'SIGKILL' } as const;
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...files, plain], ending);
    const reports = JSON.parse(stdout) as FileReport[];
    const last = reports.pop();
    expect(last?.outcome).toBe('accepted');
    expect(reports.map(({ outcome }) => outcome)).toEqual(files.map(() => 'refused'));
    for (const { cpuMs } of reports) expect(cpuMs / (last?.cpuMs ?? 0)).toBeLessThan(40);
    expect(last?.peakBytes).toBeLessThan(400e6);
  } finally {
    await rm(folder, { recursive: true });
  }
});

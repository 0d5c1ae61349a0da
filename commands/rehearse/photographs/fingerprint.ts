import sharp from 'sharp';

/** The mean colours of the cells of a coarse grid over a picture: red, green, blue, each 0 to 255. */
export type Fingerprint = readonly number[];

const grid = { columns: 12, rows: 8 } as const;

/**
 * The maximum mean difference of a channel between two fingerprints of one picture. Sizes and formats cause up to 2; a rotated, black or
 * different picture differs by 17 or more (tests/unit/commands/rehearse/fingerprint.test.ts).
 */
export const MAX_DISTANCE = 7;

export async function fingerprint(picture: Uint8Array): Promise<Fingerprint> {
  const upright = sharp(picture).autoOrient().removeAlpha().toColourspace('srgb').raw({ depth: 'uchar' });
  const { data, info } = await upright.toBuffer({ resolveWithObject: true });
  const cells = grid.columns * grid.rows;
  const sums = new Float64Array(cells * 3);
  const counts = new Float64Array(cells);
  for (let y = 0; y < info.height; y++) {
    const row = Math.floor(((y + 0.5) / info.height) * grid.rows);
    for (let x = 0; x < info.width; x++) {
      const cell = row * grid.columns + Math.floor(((x + 0.5) / info.width) * grid.columns);
      counts[cell] = (counts[cell] ?? 0) + 1;
      for (let channel = 0; channel < 3; channel++) {
        const value = data[(y * info.width + x) * info.channels + channel] ?? 0;
        sums[cell * 3 + channel] = (sums[cell * 3 + channel] ?? 0) + value;
      }
    }
  }
  return Array.from(sums, (sum, n) => sum / (counts[Math.floor(n / 3)] ?? NaN));
}

/** The mean difference of a channel, 0 to 255; NaN if one of them is not a fingerprint. */
export function distance(one: Fingerprint, other: Fingerprint): number {
  return one.reduce((sum, channel, n) => sum + Math.abs(channel - (other[n] ?? NaN)), 0) / one.length;
}

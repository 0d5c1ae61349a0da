import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

/** A picture in every form that the gallery's API speaks of. */
export type Drawn = {
  width: number;
  height: number;
  placeholder: string;
  dominantColour: string;
  /** By `<width>.<format>`. */
  files: ReadonlyMap<string, { width: number; height: number; bytes: Buffer; format: 'webp' | 'avif' }>;
};

export const WIDTHS = { thumbnails: [128, 320, 640], renditions: [1280] } as const;

const PALETTES = [
  ['#f6d9b8', '#e58f65', '#5b3a58'],
  ['#cfe4ee', '#7fb0c8', '#1f3d52'],
  ['#fbe7c6', '#b4d2c4', '#2f5d50'],
  ['#e9d8ef', '#9a86c4', '#2b2350'],
  ['#fde2d4', '#f2a7a0', '#6b2e4a'],
  ['#dfe9d8', '#93b58a', '#26402c'],
  ['#fff1d6', '#f0b95b', '#7a3b12'],
  ['#1b2440', '#3c4f86', '#0b0f1e'],
] as const;
const SHAPES = [
  [1600, 1067],
  [1600, 1200],
  [1067, 1600],
  [1600, 900],
  [1400, 1400],
] as const;

/** A landscape that is the same for the same number. */
export function landscape(n: number): Buffer {
  const [width, height] = SHAPES[n % SHAPES.length] ?? [1600, 1200];
  const [sky, middle, dark] = PALETTES[(n * 5 + Math.floor(n / 8)) % PALETTES.length] ?? PALETTES[0];
  const wave = (x: number, layer: number) =>
    Math.sin(x * (2 + ((n * 7 + layer * 3) % 5)) + n + layer * 2) * 0.6 + Math.sin(x * (7 + ((n + layer) % 6)) + n) * 0.3;
  const hills = [0, 1, 2, 3].map((layer) => {
    const base = height * (0.45 + 0.13 * layer);
    const points = Array.from({ length: 61 }, (_, step) => {
      const x = step / 60;
      return `${String(Math.round(x * width))} ${String(Math.round(base - height * 0.14 * wave(x * 3, layer)))}`;
    });
    const mixed = layer < 2 ? middle : dark;
    return `<path d="M0 ${String(height)} L${points.join(' L')} L${String(width)} ${String(height)}Z" fill="${mixed}" fill-opacity="${String(0.55 + 0.15 * layer)}"/>`;
  });
  const sun = `<circle cx="${String(width * (0.2 + ((n * 13) % 60) / 100))}" cy="${String(height * 0.26)}" r="${String(height * 0.08)}" fill="#fff" fill-opacity=".85"/>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}"><rect width="100%" height="100%" fill="${sky}"/>${sun}${hills.join('')}</svg>`,
  );
}

export const photograph = (n: number): Promise<Buffer> => sharp(landscape(n)).jpeg({ quality: 88 }).toBuffer();

/** What the pipeline would make of it. Throws what sharp throws for what is no picture. */
export async function derive(original: Buffer): Promise<Drawn> {
  const { width, height } = await sharp(original).metadata();
  const files = new Map<string, { width: number; height: number; bytes: Buffer; format: 'webp' | 'avif' }>();
  for (const [recipe, format] of [
    ['thumbnails', 'webp'],
    ['renditions', 'webp'],
    ['renditions', 'avif'],
  ] as const) {
    for (const wanted of WIDTHS[recipe]) {
      const resized = sharp(original).resize({ width: Math.min(wanted, width) });
      const encoded = format === 'webp' ? resized.webp({ quality: 76 }) : resized.avif({ effort: 0, quality: 50 });
      const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
      files.set(`${String(wanted)}.${format}`, { width: info.width, height: info.height, bytes: data, format });
    }
  }
  const small = sharp(original).resize({ width: 100, height: 100, fit: 'inside' });
  const { data, info } = await small.clone().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { channels } = await sharp(await small.png().toBuffer()).stats();
  const colour = channels.slice(0, 3).map(({ mean }) => Math.round(mean).toString(16).padStart(2, '0'));
  return {
    width,
    height,
    placeholder: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
    dominantColour: `#${colour.join('')}`,
    files,
  };
}

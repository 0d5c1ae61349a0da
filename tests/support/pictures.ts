import sharp, { type Sharp } from 'sharp';

/** Red, green, blue, each 0 to 255. */
export type Colour = readonly [number, number, number];

/** What every drawn picture shows, upright, in its four quarters: no turn and no mirroring of it looks the same. */
export const quarters = {
  topLeft: [208, 32, 40],
  topRight: [40, 168, 56],
  bottomLeft: [32, 72, 200],
  bottomRight: [240, 208, 48],
} as const satisfies Record<string, Colour>;

/** An original as somebody might upload it. Width and height are upright, in pixels. */
export type Picture = {
  title: string;
  /** As it will be recorded. */
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';
  width: number;
  height: number;
  /** How far, of 255, a channel in the middle of a quarter may be from what was drawn; undefined where there are no colours to compare. */
  tolerance?: number;
  draw: () => Promise<Buffer>;
};

type Point = { x: number; y: number };

/** For each EXIF orientation: which point of the upright picture lies at a point of the stored one; from 0 to 1, from the top left. */
const uprightPoint: readonly ((stored: Point) => Point)[] = [
  ({ x, y }) => ({ x, y }),
  ({ x, y }) => ({ x: 1 - x, y }),
  ({ x, y }) => ({ x: 1 - x, y: 1 - y }),
  ({ x, y }) => ({ x, y: 1 - y }),
  ({ x, y }) => ({ x: y, y: x }),
  ({ x, y }) => ({ x: 1 - y, y: x }),
  ({ x, y }) => ({ x: 1 - y, y: 1 - x }),
  ({ x, y }) => ({ x: y, y: 1 - x }),
];

/** The four quarters as a pipeline to encode, stored as a camera in that EXIF orientation stores them, without the tag. */
export function drawQuarters(width: number, height: number, orientation = 1): Sharp {
  const toUpright = uprightPoint[orientation - 1];
  if (toUpright === undefined) throw new RangeError(`EXIF has orientations 1 to 8, not ${orientation}`);
  const stored = orientation < 5 ? { width, height } : { width: height, height: width };
  const [left, top] = [Math.ceil(stored.width / 2), Math.ceil(stored.height / 2)];
  const pixelsOf = (x: number, y: number, count: number): Buffer =>
    Buffer.alloc(count * 3, Uint8Array.from(quarterAt(toUpright({ x, y }))));
  const row = (y: number): Buffer => Buffer.concat([pixelsOf(0.25, y, left), pixelsOf(0.75, y, stored.width - left)]);
  const pixels = Buffer.concat([
    Buffer.alloc(top * stored.width * 3, row(0.25)),
    Buffer.alloc((stored.height - top) * stored.width * 3, row(0.75)),
  ]);
  return sharp(pixels, { raw: { ...stored, channels: 3 } });
}

/** Waves of many lengths and directions: detail at every size, as a photograph has it. */
export function drawTexture(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const coarse = Math.sin(x / 97 + Math.sin(y / 61)) + Math.sin(y / 43 - x / 131);
      const fine = Math.sin((x * y) / 3001) + Math.sin(x / 3 + y / 7) * 0.5;
      const light = 128 + coarse * 40 + fine * 12;
      pixels.set([light, light * 0.9 + coarse * 10, light * 0.8 + fine * 8], (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

function quarterAt({ x, y }: Point): Colour {
  if (y < 0.5) return x < 0.5 ? quarters.topLeft : quarters.topRight;
  return x < 0.5 ? quarters.bottomLeft : quarters.bottomRight;
}

/** The colours in the middle of the four quarters of any picture that sharp reads, as sRGB. */
export async function coloursOf(picture: Uint8Array): Promise<Record<keyof typeof quarters, Colour>> {
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): Colour => {
    const start = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    const [red = NaN, green = NaN, blue = NaN] = data.subarray(start, start + 3);
    return [red, green, blue];
  };
  return {
    topLeft: at(0.25, 0.25),
    topRight: at(0.75, 0.25),
    bottomLeft: at(0.25, 0.75),
    bottomRight: at(0.75, 0.75),
  };
}

/** The largest difference of a channel, in the middle of a quarter, from what was drawn. */
export async function distanceFromDrawn(picture: Uint8Array): Promise<number> {
  const found = await coloursOf(picture);
  const differences = (Object.keys(quarters) as (keyof typeof quarters)[]).flatMap((quarter) =>
    quarters[quarter].map((channel, n) => Math.abs(channel - (found[quarter][n] ?? NaN))),
  );
  return Math.max(...differences);
}

/** One of each kind that a pipeline has been known to get wrong. All show the four quarters unless they have no tolerance. */
export const pictures: readonly Picture[] = [
  ...uprightPoint.map((_, n): Picture => {
    const orientation = n + 1;
    return {
      title: `a JPEG in EXIF orientation ${orientation}`,
      format: 'jpeg',
      width: 900,
      height: 600,
      tolerance: 12,
      draw: () => drawQuarters(900, 600, orientation).withMetadata({ orientation }).jpeg({ quality: 92 }).toBuffer(),
    };
  }),
  drawn('a progressive JPEG', 'jpeg', 12, (picture) => picture.jpeg({ progressive: true })),
  drawn('a CMYK JPEG with its profile', 'jpeg', 80, (picture) =>
    picture.toColourspace('cmyk').withIccProfile('cmyk').jpeg(),
  ),
  drawn('a CMYK JPEG without a profile', 'jpeg', 80, (picture) => picture.toColourspace('cmyk').jpeg()),
  drawn('a Display P3 JPEG', 'jpeg', 12, (picture) => picture.withIccProfile('p3').jpeg({ quality: 92 })),
  drawn('a Display P3 PNG', 'png', 12, (picture) => picture.withIccProfile('p3').png()),
  drawn('a 16-bit PNG', 'png', 12, (picture) => picture.toColourspace('rgb16').png()),
  drawn('a 16-bit Display P3 PNG', 'png', 12, (picture) => picture.toColourspace('rgb16').withIccProfile('p3').png()),
  drawn('an interlaced PNG', 'png', 12, (picture) => picture.png({ progressive: true })),
  drawn('a PNG with a palette', 'png', 12, (picture) => picture.png({ palette: true })),
  drawn('a PNG with an alpha channel', 'png', 12, (picture) => picture.ensureAlpha().png()),
  drawn('a lossy WebP', 'webp', 16, (picture) => picture.webp({ quality: 90 })),
  drawn('a lossless WebP that is half transparent', 'webp', 12, (picture) =>
    picture.ensureAlpha(0.5).webp({ lossless: true }),
  ),
  drawn('a GIF', 'gif', 12, (picture) => picture.gif()),
  drawn('an AVIF', 'avif', 16, (picture) => picture.avif({ effort: 0, quality: 70 })),
  drawn('a 10-bit AVIF', 'avif', 16, (picture) => picture.avif({ effort: 0, quality: 70, bitdepth: 10 })),
  {
    title: 'a grey JPEG',
    format: 'jpeg',
    width: 900,
    height: 600,
    draw: () => drawQuarters(900, 600).toColourspace('b-w').jpeg().toBuffer(),
  },
  {
    title: 'a 16-bit grey PNG with an alpha channel',
    format: 'png',
    width: 900,
    height: 600,
    draw: () => drawQuarters(900, 600).ensureAlpha(0.5).toColourspace('grey16').png().toBuffer(),
  },
  {
    title: 'an animated GIF',
    format: 'gif',
    width: 300,
    height: 200,
    tolerance: 12,
    draw: () => drawAnimation().then((frames) => frames.gif().toBuffer()),
  },
  {
    title: 'an animated WebP',
    format: 'webp',
    width: 300,
    height: 200,
    tolerance: 16,
    draw: () => drawAnimation().then((frames) => frames.webp().toBuffer()),
  },
  { title: 'a PNG of one pixel', format: 'png', width: 1, height: 1, draw: () => drawQuarters(1, 1).png().toBuffer() },
  {
    title: 'a JPEG narrower than every width',
    format: 'jpeg',
    width: 100,
    height: 150,
    tolerance: 16,
    draw: () => drawQuarters(100, 150).jpeg().toBuffer(),
  },
];

function drawn(
  title: string,
  format: Picture['format'],
  tolerance: number,
  encode: (picture: Sharp) => Sharp,
): Picture {
  const [width, height] = [900, 600];
  return { title, format, width, height, tolerance, draw: () => encode(drawQuarters(width, height)).toBuffer() };
}

/** Three frames: the quarters, then nothing but black. */
async function drawAnimation(): Promise<Sharp> {
  const [width, height] = [300, 200];
  const first = await drawQuarters(width, height).raw().toBuffer();
  const frames = Buffer.concat([first, Buffer.alloc(first.length * 2)]);
  return sharp(frames, { raw: { width, height: height * 3, channels: 3, pageHeight: height } });
}

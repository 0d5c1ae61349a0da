import sharp, { type Exif } from 'sharp';

/** How large a sample is to be. With `bytes`, the JPEG's quality is chosen so that the file comes close to it. */
export type SampleSize = { megapixels?: number; bytes?: number };

// The scene is drawn on a canvas of this many units, whatever the pixels.
const canvas = { width: 1500, height: 1000 };

/**
 * Draws a landscape as a camera might have taken it: a JPEG with EXIF fields. Each index gives another picture, and always the same one.
 */
export async function drawSample(index: number, { megapixels = 2, bytes }: SampleSize = {}): Promise<Uint8Array> {
  const random = seededRandom(index);
  const width = Math.round(Math.sqrt((megapixels * 1e6 * canvas.width) / canvas.height));
  const height = Math.round((width * canvas.height) / canvas.width);
  const scene = Buffer.from(drawScene(random, width, height));
  // A tile may not be larger than what it is laid on.
  const side = Math.min(largestTile, width, height);
  const photo = await sharp(scene)
    // A sensor's grain: without it a drawing is a hundred times smaller than a photograph of its size.
    .composite([{ input: grain(random, side), raw: { width: side, height: side, channels: 4 }, tile: true }])
    .removeAlpha()
    .raw()
    .toBuffer();
  const jpegOf = (quality: number): Promise<Buffer> =>
    sharp(photo, { raw: { width, height, channels: 3 } })
      .withExif(cameraFields(index))
      .jpeg({ quality })
      .toBuffer();
  return bytes === undefined ? jpegOf(90) : closestTo(bytes, jpegOf);
}

/** Halves the range of qualities until one is left: seven JPEGs at most. */
async function closestTo(bytes: number, jpegOf: (quality: number) => Promise<Buffer>): Promise<Buffer> {
  let [low, high] = [1, 100];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await jpegOf(middle)).length <= bytes) low = middle;
    else high = middle - 1;
  }
  return jpegOf(low);
}

type Random = () => number;

/** Numbers from 0 to 1 (mulberry32): the same ones for the same seed. */
function seededRandom(seed: number): Random {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Morning, noon, evening, dusk: from the sky's zenith to the horizon, then the far and the near hills. */
const moods = [
  { sky: ['#3d6ea8', '#f5c9a0', '#ffe8c4'], hills: ['#b8a3b4', '#2d3b42'] },
  { sky: ['#1f6fc4', '#8cc4ec', '#e4f3fb'], hills: ['#9fc0d3', '#1f4a2c'] },
  { sky: ['#41346e', '#d9645a', '#ffc36b'], hills: ['#a0607a', '#221a2e'] },
  { sky: ['#0d1838', '#41406f', '#d98f7c'], hills: ['#50557f', '#0a0f1c'] },
] as const;

function drawScene(random: Random, width: number, height: number): string {
  const mood = moods[Math.floor(random() * moods.length)] ?? moods[0];
  const horizon = 560 + random() * 120;
  const sun = { x: 200 + random() * 1100, y: 180 + random() * (horizon - 280), radius: 26 + random() * 34 };
  const shore = ridge(random, 960, 50);
  const ranges = 4 + Math.floor(random() * 3);
  const hills = Array.from({ length: ranges }, (_, n) => {
    const nearness = n / (ranges - 1);
    const base = horizon - 150 + nearness * 260;
    return ground(ridge(random, base, 150 - nearness * 70), mix(mood.hills[0], mood.hills[1], nearness));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${canvas.width} ${canvas.height}" preserveAspectRatio="none">
    <defs>
      <linearGradient id="sky" x2="0" y2="1">${mood.sky.map((colour, n) => `<stop offset="${n * 0.35}" stop-color="${colour}"/>`).join('')}</linearGradient>
      <linearGradient id="lake" x2="0" y2="1"><stop stop-color="${mood.sky[2]}"/><stop offset="1" stop-color="${mood.sky[0]}"/></linearGradient>
      <radialGradient id="glow"><stop stop-color="#fff6dc" stop-opacity="0.9"/><stop offset="1" stop-color="#fff6dc" stop-opacity="0"/></radialGradient>
    </defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${sun.x}" cy="${sun.y}" r="${sun.radius * 7}" fill="url(#glow)"/>
    <circle cx="${sun.x}" cy="${sun.y}" r="${sun.radius}" fill="#fffbe8"/>
    ${hills.join('\n')}
    <rect y="${horizon + 150}" width="100%" height="${canvas.height}" fill="url(#lake)"/>
    ${glitter(random, sun.x, horizon + 160)}
    ${ground(shore, mood.hills[1])}
    ${firs(random, shore, mood.hills[1])}
  </svg>`;
}

type Line = (x: number) => number;

/** A line of hills: some waves, each half as long and about half as high as the one before. */
function ridge(random: Random, base: number, size: number): Line {
  const waves = Array.from({ length: 7 }, (_, n) => ({
    length: 420 / 2 ** n,
    height: (size / 1.8 ** n) * 0.6,
    phase: random() * 7,
  }));
  return (x) => waves.reduce((y, wave) => y + wave.height * Math.sin(x / wave.length + wave.phase), base);
}

/** All that lies below a line. */
function ground(line: Line, colour: string): string {
  const points = Array.from({ length: canvas.width / 5 + 1 }, (_, n) => `${n * 5} ${line(n * 5).toFixed(1)}`);
  return `<path d="M0 ${canvas.height} L${points.join(' L')} L${canvas.width} ${canvas.height} Z" fill="${colour}"/>`;
}

/** The sun's path on the water: short strokes, wider and fewer towards us. */
function glitter(random: Random, x: number, top: number): string {
  return Array.from({ length: 70 }, () => {
    const depth = random() ** 1.5;
    const length = 8 + depth * 70;
    const left = x + (random() - 0.5) * (60 + depth * 260) - length / 2;
    return `<rect x="${left}" y="${top + depth * (canvas.height - top)}" width="${length}" height="${1 + depth * 3}" fill="#fff6dc" opacity="0.5"/>`;
  }).join('');
}

function firs(random: Random, shore: Line, colour: string): string {
  return Array.from({ length: 26 }, () => {
    const x = random() * canvas.width;
    const height = 70 + random() * 190;
    const foot = Math.min(shore(x) + 12, canvas.height + 20);
    const tiers = Array.from({ length: 6 }, (_, n) => {
      const top = foot - height + (n * height) / 7;
      const half = (height / 26) * (n + 1.4);
      return `M${x} ${top} L${x + half} ${top + height / 4} L${x - half} ${top + height / 4} Z`;
    });
    return `<path d="${tiers.join(' ')}" fill="${colour}"/>`;
  }).join('');
}

const largestTile = 512;

/** Black and white specks of little opacity, as RGBA pixels. */
function grain(random: Random, side: number): Buffer {
  const pixels = Buffer.alloc(side * side * 4);
  for (let i = 0; i < pixels.length; i += 4) {
    const noise = random() + random() - 1;
    pixels.fill(noise > 0 ? 255 : 0, i, i + 3);
    pixels[i + 3] = Math.abs(noise) * 40;
  }
  return pixels;
}

function mix(from: string, to: string, share: number): string {
  const channels = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((colour) => parseInt(colour.slice(at, at + 2), 16));
    return Math.round((a ?? 0) * (1 - share) + (b ?? 0) * share);
  });
  return `rgb(${channels.join()})`;
}

function cameraFields(index: number): Exif {
  const minute = String(index % 60).padStart(2, '0');
  const hour = String(6 + (Math.floor(index / 60) % 14)).padStart(2, '0');
  return {
    IFD0: { Make: 'Nowhere', Model: 'Nowhere Landscape I' },
    IFD2: {
      DateTimeOriginal: `2025:06:21 ${hour}:${minute}:00`,
      ExposureTime: '1/250',
      FNumber: '80/10',
      ISOSpeedRatings: '100',
      FocalLength: '35/1',
      LensModel: 'Nowhere 35mm F2',
    },
  };
}

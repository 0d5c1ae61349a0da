import sharp from 'sharp';

/** Pixels as they should look: upright, sRGB, alpha not premultiplied. Sizes are pixels. */
export type Scene = { width: number; height: number; rgba: Buffer };

/** Height of the canvas in units of its own; it is as wide as the picture is for its height. */
const tall = 300;

type Palette = {
  sky: readonly [string, string, string];
  lake: readonly [string, string];
  hills: string;
  meadow: string;
  roof: string;
};

const evening: Palette = {
  sky: ['#1c3f9c', '#5d8fd8', '#ffb347'],
  lake: ['#123a5c', '#e88f3c'],
  hills: '#2e7d46',
  meadow: '#8bc34a',
  roof: '#d0202c',
};

/** The strongest colours that sRGB has: taken for those of a wider space, or the other way round, they change most. */
const gaudy: Palette = {
  sky: ['#2020ff', '#00b0ff', '#ff8800'],
  lake: ['#0030d0', '#ff7a00'],
  hills: '#00a030',
  meadow: '#40e000',
  roof: '#ff0010',
};

/**
 * A house by a lake at sunset: every turn and every mirroring of it looks very different, and all of it is large enough to survive in
 * the smallest picture.
 */
export async function drawLandscape(width: number, height: number, palette: Palette = evening): Promise<Scene> {
  const { sky, lake, hills, meadow, roof } = palette;
  const wide = (tall * width) / height;
  return drawn(
    width,
    height,
    `<defs>
      <linearGradient id="sky" x2="1" y2="0.5"><stop stop-color="${sky[0]}"/><stop offset="0.5" stop-color="${sky[1]}"/><stop offset="1" stop-color="${sky[2]}"/></linearGradient>
      <linearGradient id="lake"><stop stop-color="${lake[0]}"/><stop offset="1" stop-color="${lake[1]}"/></linearGradient>
    </defs>
    <rect width="${wide}" height="${tall}" fill="url(#sky)"/>
    <circle cx="${wide - 85}" cy="70" r="34" fill="#fff3b0"/>
    <path d="M0 150 ${ridge(wide)} L${wide} ${tall} L0 ${tall} Z" fill="${hills}"/>
    <rect y="215" width="${wide}" height="85" fill="url(#lake)"/>
    <path d="M0 ${tall} L0 190 Q${wide * 0.3} 195 ${wide * 0.55} ${tall} Z" fill="${meadow}"/>
    <path d="M50 170 h90 v70 h-90 Z" fill="#f4e9d8"/>
    <path d="M38 172 L95 118 L152 172 Z" fill="${roof}"/>
    <path d="M85 200 h24 v40 h-24 Z" fill="#5b3a1e"/>
    <path d="M${wide - 60} 215 h30 l-8 14 h-16 Z" fill="#ffffff"/>`,
  );
}

export async function drawGaudyLandscape(width: number, height: number): Promise<Scene> {
  return drawLandscape(width, height, gaudy);
}

/** The same without its colours. */
export async function drawGreyLandscape(width: number, height: number): Promise<Scene> {
  const { rgba } = await drawLandscape(width, height);
  for (let at = 0; at < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(at);
    rgba.fill(Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue), at, at + 3);
  }
  return { width, height, rgba };
}

/** A sign with a hole in it, its upper half like coloured glass, and nothing around it: what is transparent must stay so. */
export async function drawSign(width: number, height: number): Promise<Scene> {
  return drawn(
    width,
    height,
    `<path d="M60 150 h320 l-80 120 h-240 Z" fill="#d0202c"/>
    <path fill-rule="evenodd" d="M60 30 h240 l80 120 h-320 Z M90 90 a40 40 0 1 0 80 0 a40 40 0 1 0 -80 0 Z" fill="#2456c8" fill-opacity="0.6"/>`,
  );
}

async function drawn(width: number, height: number, content: string): Promise<Scene> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${(tall * width) / height} ${tall}">${content}</svg>`;
  const rgba = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
  return { width, height, rgba };
}

/** Waves of hills, lower to the right. */
function ridge(wide: number): string {
  return Array.from({ length: 41 }, (_, n) => {
    const x = n / 40;
    const y = 150 + x * 50 - 22 * Math.sin(x * 14) - 8 * Math.sin(x * 37);
    return `L${(x * wide).toFixed(1)} ${y.toFixed(1)}`;
  }).join(' ');
}

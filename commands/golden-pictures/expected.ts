import { fromPixels, pictures, sceneOf, scenes, type Golden } from './pictures.ts';
import type { Scene } from './scenes.ts';

/**
 * What each version of each recipe makes: a new version of a recipe (functions/shared/images/recipe.ts) needs a row here, and a release
 * that makes outputs by a version without one is refused. Written down a second time on purpose: what is expected must not follow
 * from what is tested.
 */
const recipes: Readonly<Record<string, Readonly<Record<number, RecipeVersion>>>> = {
  thumbnails: {
    1: { outputs: ['128.webp', '320.webp', '640.webp'], describes: false },
    2: { outputs: ['128.webp', '320.webp', '640.webp'], describes: false },
  },
  renditions: {
    1: { outputs: ['1280.webp', '2048.webp', '1280.avif'], describes: true },
    2: { outputs: ['1280.webp', '2048.webp', '1280.avif'], describes: true },
  },
};

type RecipeVersion = { outputs: readonly string[]; describes: boolean };

/** Cells a side: fine enough to tell any turn, coarse enough that an edge's exact place does not matter. */
const side = 16;

/** All that the hook compares with, as it is kept in functions/verify-before-traffic/expected.json. */
export async function expectedValues(): Promise<unknown> {
  return {
    scenes: await mapped(scenes, async (_, name) => {
      const scene = await sceneOf(name);
      const colours = coloursOf(scene).toString('base64');
      return { colours, ...profilesOf(scene), picture: await smallPicture(scene) };
    }),
    recipes: await mapped(recipes, (versions) =>
      mapped(versions, (recipe) => {
        const byName = Object.fromEntries(pictures.map((picture) => [picture.name, picture]));
        return mapped(byName, (picture) => expectedOf(picture, recipe));
      }),
    ),
  };
}

async function expectedOf(golden: Golden, { outputs, describes }: RecipeVersion): Promise<unknown> {
  if ('reason' in golden) return { status: 'rejected', reason: golden.reason };
  const { scene: name, format, bounds, exif } = golden;
  const scene = await sceneOf(name);
  const { width, height } = scene;
  return {
    status: 'ready',
    format,
    width,
    height,
    scene: name,
    bounds,
    outputs: await Promise.all(sizedOutputs(scene, outputs).map((output) => encoded(scene, output))),
    ...(describes && { describes, ...(exif && { exif }) }),
  };
}

type Sized = { width: number; height: number; format: string };

/** Never enlarged, and none of them twice. */
function sizedOutputs(scene: Scene, outputs: readonly string[]): Sized[] {
  const sized = outputs.map((output) => {
    const [asked = '', format = ''] = output.split('.');
    const width = Math.min(Number(asked), scene.width);
    return { width, height: Math.round((scene.height * width) / scene.width), format };
  });
  return sized.filter((one, n) => sized.findIndex((other) => isSame(one, other)) === n);
}

function isSame(one: Sized, other: Sized): boolean {
  return one.width === other.width && one.format === other.format;
}

/**
 * How many bytes an output may have: from six tenths to three times what the scene itself takes. Correct ones have 0.9 to 1.1 times as
 * many; qualities at which one sees it have half, a black picture has a tenth, and one that was stored losslessly or with its profile,
 * several times as many. And how much detail, where correct ones have 0.93 to 1.03 times the scene's: one that was enlarged from half
 * its size has 0.75.
 */
async function encoded(scene: Scene, { width, height, format }: Sized): Promise<unknown> {
  const resized = fromPixels(scene).resize(width, height, { fit: 'fill' });
  const rgba = await resized.clone().raw().toBuffer();
  const file = format === 'avif' ? resized.avif({ quality: 50 }) : resized.webp({ quality: 80 });
  const { length } = await file.toBuffer();
  const detail = detailOf({ width, height, rgba });
  return {
    ...{ width, height, format },
    bytes: [Math.round(length * 0.6), length * 3],
    detail: [0.8, 1.25].map((factor) => Math.round(detail * factor * 100) / 100),
  };
}

/** How strongly the lightness of neighbouring pixels differs: the root mean square, 0 to 255. What is transparent counts as black. */
function detailOf({ width, height, rgba }: Scene): number {
  const light = Array.from({ length: width * height }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(pixel * 4);
    return ((0.2126 * red + 0.7152 * green + 0.0722 * blue) * alpha) / 255;
  });
  const differences = light.map((here, pixel) => {
    const left = pixel % width === 0 ? here : (light[pixel - 1] ?? here);
    return (here - left) ** 2 + (here - (light[pixel - width] ?? here)) ** 2;
  });
  return Math.sqrt(differences.reduce((sum, difference) => sum + difference, 0) / light.length);
}

/** The mean colour of each cell, as RGBA bytes, of a picture whose sides are multiples of a cell's. What is transparent has no say in it. */
function coloursOf({ width, height, rgba }: Scene): Buffer {
  const colours = Buffer.alloc(side * side * 4);
  const [across, down] = [width / side, height / side];
  for (let cell = 0; cell < side * side; cell++) {
    const [left, top] = [(cell % side) * across, Math.floor(cell / side) * down];
    const sums = { red: 0, green: 0, blue: 0, alpha: 0 };
    for (let y = top; y < top + down; y++) {
      for (let x = left; x < left + across; x++) {
        const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray((y * width + x) * 4);
        sums.red += red * alpha;
        sums.green += green * alpha;
        sums.blue += blue * alpha;
        sums.alpha += alpha;
      }
    }
    const { red, green, blue, alpha } = sums;
    const colour = [red, green, blue].map((sum) => Math.round(sum / Math.max(1, alpha)));
    colours.set([...colour, Math.round(alpha / (across * down))], cell * 4);
  }
  return colours;
}

/** The mean lightness of every column and row, in 256ths, two bytes each: where in the picture everything is. What is transparent counts as black. */
function profilesOf({ width, height, rgba }: Scene): { columns: string; rows: string } {
  const sums = { columns: new Float64Array(width), rows: new Float64Array(height) };
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(pixel * 4);
    const light = ((0.2126 * red + 0.7152 * green + 0.0722 * blue) * alpha) / 255;
    sums.columns[pixel % width] = (sums.columns[pixel % width] ?? 0) + light / height;
    const row = Math.floor(pixel / width);
    sums.rows[row] = (sums.rows[row] ?? 0) + light / width;
  }
  const text = (means: Float64Array): string => {
    const bytes = Buffer.alloc(means.length * 2);
    means.forEach((mean, n) => bytes.writeUInt16LE(Math.round(mean * 256), n * 2));
    return bytes.toString('base64');
  };
  return { columns: text(sums.columns), rows: text(sums.rows) };
}

/** For people: the expected picture, which the hook's report shows next to the actual one. */
async function smallPicture(scene: Scene): Promise<string> {
  const webp = await fromPixels(scene).resize({ width: 160 }).webp({ quality: 75 }).toBuffer();
  return `data:image/webp;base64,${webp.toString('base64')}`;
}

/** The same names, with other values. */
async function mapped<From, To>(
  from: Readonly<Record<string, From>>,
  valueOf: (value: From, name: string) => Promise<To>,
): Promise<Record<string, To>> {
  const entries = Object.entries(from).map(async ([name, value]) => [name, await valueOf(value, name)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

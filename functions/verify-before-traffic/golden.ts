import type { Feature, Features } from '../shared/images/features.ts';
import type { RecipeName } from '../shared/images/recipe.ts';
import type { Expectation, Scene } from './expectation.ts';
import expected from './expected.json' with { type: 'json' };
import alpha from './pictures/alpha.png';
import animated from './pictures/animated.gif';
import bomb from './pictures/bomb.png';
import cmyk from './pictures/cmyk.jpg';
import displayP3 from './pictures/display-p3.jpg';
import grey from './pictures/grey.jpg';
import orientation1 from './pictures/orientation-1.jpg';
import orientation2 from './pictures/orientation-2.jpg';
import orientation3 from './pictures/orientation-3.jpg';
import orientation4 from './pictures/orientation-4.jpg';
import orientation5 from './pictures/orientation-5.jpg';
import orientation6 from './pictures/orientation-6.jpg';
import orientation7 from './pictures/orientation-7.jpg';
import orientation8 from './pictures/orientation-8.jpg';
import progressive from './pictures/progressive.jpg';
import truncated from './pictures/truncated.jpg';
import turnedAvif from './pictures/turned.avif';
import turnedHeic from './pictures/turned.heic';
import turnedWebp from './pictures/turned.webp';

// commands/draw-golden-pictures.ts draws them, together with the expected results: `npm run golden`.

/**
 * `isLarge`: wider than every output. One is: work that grows with the pixels shows in nothing smaller. `needs`: what must be on for it
 * to be read.
 */
export type GoldenPicture = { name: string; bytes: Uint8Array; isLarge?: true; needs?: Feature };

/** In the order in which they run: those that most often detect a bad release come first. */
export const goldenPictures: readonly GoldenPicture[] = [
  { name: 'orientation-1.jpg', bytes: orientation1 },
  { name: 'orientation-6.jpg', bytes: orientation6 },
  { name: 'alpha.png', bytes: alpha },
  { name: 'display-p3.jpg', bytes: displayP3 },
  { name: 'orientation-8.jpg', bytes: orientation8 },
  { name: 'truncated.jpg', bytes: truncated },
  { name: 'bomb.png', bytes: bomb },
  { name: 'progressive.jpg', bytes: progressive, isLarge: true },
  { name: 'cmyk.jpg', bytes: cmyk },
  { name: 'animated.gif', bytes: animated },
  { name: 'grey.jpg', bytes: grey },
  { name: 'turned.webp', bytes: turnedWebp },
  { name: 'turned.avif', bytes: turnedAvif },
  { name: 'turned.heic', bytes: turnedHeic, needs: 'heic' },
  { name: 'orientation-2.jpg', bytes: orientation2 },
  { name: 'orientation-3.jpg', bytes: orientation3 },
  { name: 'orientation-4.jpg', bytes: orientation4 },
  { name: 'orientation-5.jpg', bytes: orientation5 },
  { name: 'orientation-7.jpg', bytes: orientation7 },
];

const values = expected as unknown as {
  scenes: Record<string, { colours: string; columns: string; rows: string; picture: string }>;
  recipes: Partial<Record<RecipeName, Record<string, Record<string, Expectation>>>>;
};

/** Must be refused by name, and not as damaged: so its owner knows what to do. */
const switchedOff: Record<Feature, Expectation> = { heic: { status: 'rejected', reason: 'HEIC.*cannot be read here' } };

/**
 * By the pictures' names; undefined for a version of a recipe that nobody has worked out yet. Which pictures are read depends on what
 * is switched on.
 */
export function expectationsOf(
  recipe: RecipeName,
  version: number,
  features: Features,
): Record<string, Expectation> | undefined {
  const expectations = values.recipes[recipe]?.[version];
  if (expectations === undefined) return undefined;
  const refused = goldenPictures.flatMap(({ name, needs }) =>
    needs === undefined || features.has(needs) ? [] : [[name, switchedOff[needs]] as const],
  );
  return { ...expectations, ...Object.fromEntries(refused) };
}

export function sceneNamed(name: string): Scene {
  const scene = values.scenes[name];
  if (scene === undefined) throw new Error(`expected.json has no scene ${name}: npm run golden`);
  return {
    colours: Buffer.from(scene.colours, 'base64'),
    profiles: { columns: profileOf(scene.columns), rows: profileOf(scene.rows) },
    picture: scene.picture,
  };
}

/** Lightness in 256ths, two bytes each. */
function profileOf(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readUInt16LE(n * 2) / 256);
}

/** The formats that we write. */
export type OutputFormat = 'webp' | 'avif';

/** One output of a recipe: how wide (pixels) and as what. */
export type OutputSpec = { width: number; format: OutputFormat };

/** The name of every recipe, and the only list of them: everything that goes through all recipes reads this one. */
export const recipeNames = ['thumbnails', 'renditions'] as const;

export type RecipeName = (typeof recipeNames)[number];

/**
 * A named, versioned list of outputs made from one original. Raise `version` with every change that alters what comes out:
 * reconcile-images then brings older records up to date.
 */
export type Recipe = {
  name: RecipeName;
  version: number;
  outputs: readonly OutputSpec[];
  /** Also derive the placeholder (thumbhash), the dominant colour and the public EXIF fields. */
  describe: boolean;
};

/** Fast, and visible immediately. */
export const thumbnails: Recipe = {
  name: 'thumbnails',
  version: 2,
  outputs: [
    { width: 128, format: 'webp' },
    { width: 320, format: 'webp' },
    { width: 640, format: 'webp' },
  ],
  describe: false,
};

/** Slower and buffered: the large pictures of a page, and the details about the picture. */
export const renditions: Recipe = {
  name: 'renditions',
  version: 2,
  outputs: [
    { width: 1280, format: 'webp' },
    { width: 2048, format: 'webp' },
    { width: 1280, format: 'avif' },
  ],
  describe: true,
};

export const recipes: Readonly<Record<RecipeName, Recipe>> = { thumbnails, renditions };

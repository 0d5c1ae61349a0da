import { imageId, ownerOf, type Image } from '../shared/images/image.ts';
import { outputKey } from '../shared/images/keys.ts';
import type { ImageRecord, Output } from '../shared/images/record.ts';
import type { Recipe } from '../shared/images/recipe.ts';

/** What a reconciliation is to do about one image, as its answer says it. */
export type Planned = { act: string; key: string; findings?: readonly string[] };

/** One image and its defect. */
export type Case = {
  name: string;
  /** In a few words, for the report. */
  about: string;
  hasOriginal: boolean;
  /** The records to write; the ETag of the original is filled in where there is one. */
  recordsOf: (image: Image, recipes: readonly Recipe[]) => ImageRecord[];
  /** Outputs to put, by their keys. */
  outputsOf: (image: Image, recipes: readonly Recipe[]) => string[];
  planned: (image: Image, recipes: readonly Recipe[]) => Planned[];
  /** Records and outputs must be the same after the run, except those that the plan deletes. */
  staysAsItIs: boolean;
};

/** The last part of every trial's folder in VerificationBucket: `<deployment>/<version>/reconcile-images/`. */
export const FOLDER = 'reconcile-images/';

/** Not the version of any function: older than every live version. */
const BY_NONE = '0';

const orphanOf = (image: Image): string =>
  outputKey('thumbnails', imageId(image), 'orphan', { width: 128, format: 'webp' });
const whole = (image: Image, recipes: readonly Recipe[]): ImageRecord[] =>
  recipes.map((recipe) => recordOf(image, recipe));
const wholeOutputs = (image: Image, recipes: readonly Recipe[]): string[] =>
  whole(image, recipes).flatMap(({ outputs }) => outputs.map(({ key }) => key));
const announced =
  (...findings: string[]): Case['planned'] =>
  ({ key }) => [{ act: 'announce', key, findings }];

const intact: Case = {
  name: 'intact.jpg',
  about: 'everything is as it should be',
  ...{ hasOriginal: true, recordsOf: whole, outputsOf: wholeOutputs, planned: () => [], staysAsItIs: true },
};

export const cases: readonly Case[] = [
  {
    ...intact,
    ...{ name: 'lost-record.jpg', about: 'an original without records', staysAsItIs: false },
    ...{ recordsOf: () => [], outputsOf: () => [] },
    planned: (image, recipes) => announced(...recipes.map(() => 'no record'))(image, recipes),
  },
  {
    ...intact,
    ...{ name: 'missing-output.jpg', about: 'an output that its record names is missing', staysAsItIs: false },
    outputsOf: (image, recipes) => wholeOutputs(image, recipes).slice(1),
    planned: announced('missing outputs'),
  },
  {
    ...intact,
    ...{ name: 'orphan.jpg', about: 'an output that no record names' },
    outputsOf: (image, recipes) => [...wholeOutputs(image, recipes), orphanOf(image)],
    planned: (image) => [{ act: 'delete', key: orphanOf(image) }],
  },
  {
    ...intact,
    ...{ name: 'older-recipe.jpg', about: 'a record by an older recipe', staysAsItIs: false },
    recordsOf: (image, recipes) =>
      // A half, because the first version of a recipe has no older one, and 0 is the mark of what is stale.
      whole(image, recipes).map((one, n) => (n === 0 ? { ...one, recipeVersion: one.recipeVersion - 0.5 } : one)),
    planned: announced('older recipe'),
  },
  {
    ...intact,
    ...{ name: 'gone.jpg', about: 'records of an original that is gone', hasOriginal: false, staysAsItIs: false },
    planned: announced('original gone'),
  },
  // Last: a trial whose run died is found by it.
  intact,
];

/** More than an empty bucket is believed for, in a folder of their own. */
export const EMPTY_FOLDER = 'empty/';
export const emptyNames: readonly string[] = Array.from({ length: 12 }, (_, n) => `${n}.jpg`);

/** Every key that a trial in a folder may have records or outputs for. */
export function keysOfTrial(folder: string): string[] {
  return [
    ...emptyNames.map((name) => `${folder}${EMPTY_FOLDER}${name}`),
    ...cases.map(({ name }) => `${folder}${name}`),
  ];
}

/** A correct record, of any original; plant-reconciliation.ts sets the times of upload and processing. */
export function recordOf(image: Image, { name: recipe, version, outputs }: Recipe): ImageRecord {
  const id = imageId(image);
  return {
    ...{
      imageId: id,
      recipe,
      recipeVersion: version,
      revision: 1,
      status: 'ready',
      owner: ownerOf(image.key),
      ...image,
    },
    ...{ format: 'jpeg', width: 160, height: 112, processedAt: '', processedBy: BY_NONE },
    outputs: outputs.map(({ width, format }): Output => ({
      key: outputKey(recipe, id, 'planted', { width, format }),
      ...{ width, height: width, format, bytes: 1 },
    })),
  };
}

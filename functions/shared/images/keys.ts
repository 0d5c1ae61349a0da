import { recipeNames, type OutputSpec, type RecipeName } from './recipe.ts';

/**
 * The key of an attempt's output in ThumbnailsBucket. Unique per attempt and never overwritten: a key made of the image alone (or of its
 * ETag) would let a late, slow attempt overwrite a newer one's outputs, or delete them.
 */
export function outputKey(recipe: RecipeName, imageId: string, attemptId: string, output: OutputSpec): string {
  return `${recipe}/${imageId}/${attemptId}/${String(output.width)}.${output.format}`;
}

/** The recipe and image of an output's key; undefined for a key that `outputKey` did not create. */
export function parseOutputKey(key: string): { recipe: RecipeName; imageId: string } | undefined {
  const [, name, imageId] = /^([a-z]+)\/([\da-f]{64})\/[^/]+\/[^/]+$/u.exec(key) ?? [];
  const recipe = recipeNames.find((one) => one === name);
  return recipe !== undefined && imageId !== undefined ? { recipe, imageId } : undefined;
}

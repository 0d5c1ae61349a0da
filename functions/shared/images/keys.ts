import type { OutputSpec, RecipeName } from './recipe.ts';

/**
 * Where an attempt's outputs lie in ThumbnailsBucket. Unique per attempt and never overwritten: a key made of the image alone (or
 * of its ETag) would let a late, slow attempt write over a newer one's outputs, or delete them.
 */
export function outputKey(recipe: RecipeName, imageId: string, attemptId: string, output: OutputSpec): string {
  return `${recipe}/${imageId}/${attemptId}/${String(output.width)}.${output.format}`;
}

import { beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { recipes } from '../../functions/shared/images/recipe.ts';
import { distanceFromDrawn, pictures, type Picture } from '../support/pictures.ts';
import { download, outcomes, put, recipeNames, type Item, type RecipeName } from './support/images.ts';
import { stageUnderTest, type Stage } from './support/stage.ts';

let stage: Stage;
let results: Map<string, Record<RecipeName, Item>>;
beforeAll(async () => {
  stage = await stageUnderTest();
  const made = pictures.map(async (picture, index) => {
    const original = await put(stage, `users/kinds/${String(index)}`, await picture.draw());
    return [picture.title, await outcomes(stage, original)] as const;
  });
  results = new Map(await Promise.all(made));
}, 300_000);

test.each(pictures.map((picture) => [picture.title, picture] as const))(
  '%s comes out upright, in its colours, in the right sizes and without metadata',
  async (title, picture) => {
    for (const recipe of recipeNames) {
      const record = results.get(title)?.[recipe];
      expect(record).toMatchObject({
        status: 'ready',
        format: picture.format,
        width: picture.width,
        height: picture.height,
      });
      expect(record?.outputs.map(({ width, height, format }) => ({ width, height, format }))).toEqual(
        expectedOutputs(picture, recipe),
      );
      for (const output of record?.outputs ?? []) {
        const bytes = await download(stage, output.key);
        const { width, height, orientation, exif, xmp, pages } = await sharp(bytes).metadata();
        expect({ width, height, orientation, exif, xmp, pages: pages ?? 1 }).toEqual({
          width: output.width,
          height: output.height,
          pages: 1,
        });
        // Lossy at such small sizes costs a little more than what was allowed to the original itself.
        if (picture.tolerance !== undefined)
          expect(await distanceFromDrawn(bytes)).toBeLessThan(picture.tolerance + 12);
      }
    }
  },
);

/** Never enlarged; what is narrower than a width comes out once, at its own. */
function expectedOutputs({ width, height }: Picture, recipe: RecipeName): object[] {
  const seen = new Set<string>();
  return recipes[recipe].outputs
    .map((output) => ({ ...output, width: Math.min(output.width, width) }))
    .filter((output) => !seen.has(JSON.stringify(output)) && seen.add(JSON.stringify(output)))
    .map((output) => ({
      width: output.width,
      height: Math.max(1, Math.round((height * output.width) / width)),
      format: output.format,
    }));
}

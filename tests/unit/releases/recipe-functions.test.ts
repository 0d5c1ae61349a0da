import { expect, test } from '@jest/globals';

import { recipeNames } from '../../../functions/shared/images/recipe.ts';
import { functionNameVariables, functionOf, recipeOf } from '../../../functions/shared/releases/recipe-functions.ts';

const env = { GENERATE_THUMBNAILS_FUNCTION_NAME: 'a-thumbnails', GENERATE_RENDITIONS_FUNCTION_NAME: 'a-renditions' };

test('each recipe has one environment variable that names its function', () => {
  expect(functionNameVariables).toEqual(Object.keys(env));
});

test.each(recipeNames)('the function of %s is found by the recipe, and the recipe by the function', (recipe) => {
  expect(functionOf(env, recipe)).toBe(`a-${recipe}`);
  expect(recipeOf(env, `a-${recipe}`)).toBe(recipe);
});

test('a function that makes no outputs has no recipe', () => {
  expect(recipeOf(env, 'reconcile')).toBeUndefined();
});

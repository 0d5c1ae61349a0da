import { LambdaClient } from '@aws-sdk/client-lambda';

import { recipeNames } from '../shared/images/recipe.ts';
import { traced } from '../shared/lambda/trace.ts';
import { functionOf, type FunctionNames } from '../shared/releases/recipe-functions.ts';
import { ALIAS, aliases } from '../shared/stores/aliases.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import type { Ports } from './ports.ts';

const { routingOf } = aliases(traced(new LambdaClient(clientDefaults)));

/** Which versions of the image functions are live, by recipe. */
export async function readRoutings(env: FunctionNames): ReturnType<Ports['readRoutings']> {
  const routings = await Promise.all(recipeNames.map((recipe) => routingOf(functionOf(env, recipe), ALIAS)));
  return Object.fromEntries(recipeNames.map((recipe, n) => [recipe, routings[n]])) as Awaited<
    ReturnType<Ports['readRoutings']>
  >;
}

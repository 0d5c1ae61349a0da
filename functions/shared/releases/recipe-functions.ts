import { recipeNames, type RecipeName } from '../images/recipe.ts';

/** The environment variable that holds the name of a recipe's function: `GENERATE_THUMBNAILS_FUNCTION_NAME` for `thumbnails`. */
type Variable = `GENERATE_${Uppercase<RecipeName>}_FUNCTION_NAME`;

/** The names of the functions, by their environment variables. */
export type FunctionNames = Readonly<Record<Variable, string>>;

/** One environment variable for each recipe. Every function that maps recipes to functions, or back, reads all of them. */
export const functionNameVariables: readonly Variable[] = recipeNames.map(variableOf);

/** The function that makes the outputs of a recipe. */
export function functionOf(env: FunctionNames, recipe: RecipeName): string {
  return env[variableOf(recipe)];
}

/** The recipe whose outputs a function makes; undefined for a function that makes none. */
export function recipeOf(env: FunctionNames, functionName: string): RecipeName | undefined {
  return recipeNames.find((recipe) => functionOf(env, recipe) === functionName);
}

function variableOf(recipe: RecipeName): Variable {
  return `GENERATE_${recipe.toUpperCase() as Uppercase<RecipeName>}_FUNCTION_NAME`;
}

import { acceptedTypes } from '../shared/gallery/accepted-types.ts';
import { KEEP_DELETED_DAYS, SCOPES } from '../shared/gallery/config.ts';
import { MAX_ORIGINAL_BYTES } from '../shared/images/original-size.ts';
import { recipeNames, type RecipeName } from '../shared/images/recipe.ts';
import type { Ports, Routing } from './ports.ts';

/** The Config of docs/api.yaml. It says whether a release is running, if that is known. An unknown state must not lock users out. */
export async function configOf(ports: Ports): Promise<object> {
  const [signIn, versions] = await Promise.all([
    ports.readSignIn(),
    ports.readRoutings().then(
      (routings) => recipeNames.flatMap((recipe) => versionsOf(recipe, routings[recipe])),
      (error: unknown) => {
        ports.warn('asking which versions serve', error);
        return [];
      },
    ),
  ]);
  return {
    region: ports.region,
    signIn: { ...signIn, clientId: ports.clientId, scopes: SCOPES },
    upload: { maxBytes: MAX_ORIGINAL_BYTES, types: acceptedTypes },
    keepDeletedDays: KEEP_DELETED_DAYS,
    release: { underWay: versions.some(({ isNew }) => isNew === true), versions },
  };
}

type Version = { recipe: RecipeName; version: string; weight: number; isNew?: boolean };

/** CodeDeploy leaves the old version on the alias and gives the new one a weight, until that serves alone. */
function versionsOf(recipe: RecipeName, { version, weights }: Routing): Version[] {
  const others = Object.entries(weights).filter(([, weight]) => weight > 0);
  const left = others.reduce((rest, [, weight]) => rest - weight, 1);
  return [
    ...(left > 1e-9 ? [{ recipe, version, weight: Number(left.toFixed(4)) }] : []),
    ...others.map(([other, weight]) => ({ recipe, version: other, weight, isNew: true })),
  ];
}

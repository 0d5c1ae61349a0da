import { LambdaClient } from '@aws-sdk/client-lambda';

import { traced } from '../shared/lambda/trace.ts';
import { ALIAS, aliases } from '../shared/stores/aliases.ts';
import { clientDefaults } from '../shared/stores/client-defaults.ts';
import type { Ports } from './ports.ts';

const { routingOf } = aliases(traced(new LambdaClient(clientDefaults)));

/** Which versions of both image functions serve. */
export async function readRoutings(env: {
  GENERATE_THUMBNAILS_FUNCTION_NAME: string;
  GENERATE_RENDITIONS_FUNCTION_NAME: string;
}): ReturnType<Ports['readRoutings']> {
  const [thumbnails, renditions] = await Promise.all([
    routingOf(env.GENERATE_THUMBNAILS_FUNCTION_NAME, ALIAS),
    routingOf(env.GENERATE_RENDITIONS_FUNCTION_NAME, ALIAS),
  ]);
  return { thumbnails, renditions };
}

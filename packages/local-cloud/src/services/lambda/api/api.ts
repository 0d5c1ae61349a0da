import type { Api } from '../../../wire/messages.ts';
import { restJson } from '../../../wire/rest-json.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { aliasRoutes } from './aliases.ts';
import { asynchronousRoutes } from './asynchronous.ts';
import { codeRoutes } from './code.ts';
import { concurrencyRoutes } from './concurrency.ts';
import { functionRoutes } from './functions.ts';
import { invokeRoutes } from './invoke.ts';
import { layerRoutes } from './layers.ts';
import { mappingRoutes } from './mappings.ts';
import { refusedRoutes } from './refused.ts';
import type { LambdaForApi } from './types.ts';

export function lambdaApi(lambda: LambdaForApi, context: ServiceContext): Api {
  return restJson('lambda', [
    ...invokeRoutes(lambda),
    ...functionRoutes(lambda, context),
    ...codeRoutes(lambda),
    ...aliasRoutes(lambda),
    ...layerRoutes(lambda, context),
    ...mappingRoutes(lambda, context),
    ...concurrencyRoutes(lambda),
    ...asynchronousRoutes(lambda),
    ...refusedRoutes,
  ]);
}

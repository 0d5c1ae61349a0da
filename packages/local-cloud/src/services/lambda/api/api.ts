import type { Artifact } from '../../../builder/artifact.ts';
import type { Api } from '../../../wire/messages.ts';
import { restJson } from '../../../wire/rest-json.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import type { FunctionReference } from '../arns.ts';
import type { Alias, FunctionConfiguration, FunctionSpec } from '../configuration.ts';
import type { Mappings } from '../event-source-mappings.ts';
import type { Functions } from '../functions.ts';
import type { Invoke } from '../invoke.ts';
import type { Layers } from '../layers.ts';
import type { Permissions } from '../permissions.ts';
import { aliasRoutes } from './aliases.ts';
import { asynchronousRoutes } from './asynchronous.ts';
import { codeRoutes } from './code.ts';
import { concurrencyRoutes } from './concurrency.ts';
import { functionRoutes } from './functions.ts';
import { invokeRoutes } from './invoke.ts';
import { layerRoutes } from './layers.ts';
import { mappingRoutes } from './mappings.ts';
import { refusedRoutes } from './refused.ts';

/** What the API needs of the service. */
export type LambdaForApi = {
  functions: Functions;
  layers: Layers;
  permissions: Permissions;
  mappings: Mappings;
  invoke: Invoke;
  enqueue: (target: FunctionReference, event: string, traceHeader?: string, requestId?: string) => void;
  replaceCode: (functionName: string, changes: Pick<FunctionSpec, 'code' | 'architecture'>) => FunctionConfiguration;
  /** Throws AwsError for a zip that Lambda would not take. */
  layDownCode: (zip: Buffer, functionName: string) => Promise<Artifact>;
  moveAlias: (functionName: string, alias: string, changes: Partial<Omit<Alias, 'name' | 'revisionId'>>) => Alias;
  deleteFunction: (functionName: string) => void;
  /** Throws AwsError ResourceConflictException for one that an alias points to. */
  deleteVersion: (functionName: string, version: string) => void;
  reserveConcurrency: (functionName: string, wanted: number | undefined) => void;
};

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

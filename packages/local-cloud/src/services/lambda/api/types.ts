import type { Artifact } from '../../../builder/artifact.ts';
import type { FunctionReference } from '../arns.ts';
import type { FunctionSpec, FunctionConfiguration, Alias } from '../configuration.ts';
import type { Mappings } from '../event-source-mappings.ts';
import type { Functions } from '../functions.ts';
import type { Invoke } from '../invoke.ts';
import type { Layers } from '../layers.ts';
import type { Permissions } from '../permissions.ts';

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

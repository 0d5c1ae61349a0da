import type { Artifact } from '../../builder/artifact.ts';
import type { RuntimeConfiguration } from '../../runtime/configuration.ts';

export type Architecture = 'x86_64' | 'arm64';

export type LayerReference = { arn: string; folder: string };

/** What a function is, in any of its states: `$LATEST`, which changes, or a published version, which does not. */
export type FunctionConfiguration = {
  functionName: string;
  /** Unqualified. */
  functionArn: string;
  /** `$LATEST` or a number. */
  version: string;
  description: string;
  roleArn: string;
  runtime: string;
  handler: string;
  /** Recorded; both run on this machine's processor. */
  architecture: Architecture;
  memoryMb: number;
  timeoutSeconds: number;
  ephemeralStorageMb: number;
  variables: Record<string, string>;
  layers: LayerReference[];
  tracing: RuntimeConfiguration['tracing'];
  logging: RuntimeConfiguration['logging'];
  deadLetterArn?: string;
  code: Artifact;
  /** Changes with every change: tells one state of `$LATEST` from the next. */
  revisionId: string;
  /** ISO 8601. */
  lastModified: string;
  /** Of a version: the description that `$LATEST` had when it was published. */
  latestDescription?: string;
};

/** What the maker of a function says of it; the rest follows. */
export type FunctionSpec = Omit<
  FunctionConfiguration,
  'functionArn' | 'version' | 'revisionId' | 'lastModified' | 'latestDescription'
>;

/** Weights of further versions, by version: 0 to 1. */
export type RoutingWeights = Record<string, number>;

export type Alias = {
  name: string;
  functionVersion: string;
  description: string;
  weights: RoutingWeights;
  revisionId: string;
};

export type EventInvokeConfig = {
  maximumEventAgeSeconds?: number;
  maximumRetryAttempts?: number;
  onSuccess?: string;
  onFailure?: string;
  lastModified: string;
};

/** One function with all that hangs on it, as it is kept. Qualifiers are `$LATEST`, versions and aliases. */
export type FunctionRecord = {
  latest: FunctionConfiguration;
  tags: Record<string, string>;
  versions: Record<string, FunctionConfiguration>;
  /** The number of the last version that was published; never used again. */
  lastVersion: number;
  aliases: Record<string, Alias>;
  /** Statements of the resource policies, by qualifier (`''`: the function itself) and then by id. */
  permissions: Record<string, Record<string, object>>;
  eventInvokeConfigs: Record<string, EventInvokeConfig>;
  reservedConcurrency?: number | undefined;
};

/** What of a configuration a published version freezes. */
export function frozenPart(configuration: FunctionConfiguration): string {
  return JSON.stringify({
    ...configuration,
    code: configuration.code.Sha256,
    version: undefined,
    revisionId: undefined,
    lastModified: undefined,
    latestDescription: undefined,
  });
}

/** The configuration as an execution environment takes it. */
export function runtimeConfiguration(configuration: FunctionConfiguration): RuntimeConfiguration {
  const { functionName, version, runtime, handler, memoryMb, timeoutSeconds, variables, tracing, logging } =
    configuration;
  return {
    functionName,
    version,
    runtime,
    handler,
    codeFolder: configuration.code.Folder,
    layerFolders: configuration.layers.map(({ folder }) => folder),
    memoryMb,
    timeoutSeconds,
    variables,
    tracing,
    logging,
  };
}

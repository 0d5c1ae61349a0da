import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import {
  DeleteFunctionCommand,
  DeleteLayerVersionCommand,
  LambdaClient,
  paginateListAliases,
  paginateListLayerVersions,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import type { ClientConfig } from '../shared/target.ts';
import { deployedVersions, type DeployedVersion } from './deployed-versions.ts';
import { listResources, ofType, type StackResource } from './resources.ts';
import { superfluousVersions } from './superfluous.ts';

/** The versions of one function or layer that were (or would be) deleted, and those that remain. */
export type Pruned = { name: string; deleted: string[]; kept: string[] };

/**
 * Deletes the versions of a stack's functions that nothing needs any more, then the versions of its layers that no remaining version uses.
 * SAM retains both whenever it makes new ones, and an account has 75 GB for them. Throws UsageError if a deployment is in progress.
 *
 * @param dryRun deletes nothing
 */
export async function prune(client: ClientConfig, stackName: string, { dryRun = false } = {}): Promise<Pruned[]> {
  const lambda = new LambdaClient(client);
  const resources = await listResources(new CloudFormationClient(client), stackName);
  const deployed = await deployedVersions(new CodeDeployClient(client), resources);
  const ownLayers = ofType(resources, 'AWS::Lambda::LayerVersion');
  const usedLayers = new Set(ownLayers);
  const functions: Pruned[] = [];
  for (const name of ofType(resources, 'AWS::Lambda::Function')) {
    functions.push(await pruneFunction(lambda, name, { resources, deployed, usedLayers, dryRun }));
  }
  const layers: Pruned[] = [];
  for (const arn of new Set(ownLayers.map((version) => version.slice(0, version.lastIndexOf(':')))))
    layers.push(await pruneLayer(lambda, arn, { usedLayers, dryRun }));
  return [...functions, ...layers];
}

async function pruneFunction(
  lambda: LambdaClient,
  FunctionName: string,
  {
    resources,
    deployed,
    usedLayers,
    dryRun,
  }: {
    resources: readonly StackResource[];
    deployed: readonly DeployedVersion[];
    /** The layers of what remains are added. */
    usedLayers: Set<string>;
    dryRun: boolean;
  },
): Promise<Pruned> {
  const layersOf = new Map<string, string[]>();
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client: lambda }, { FunctionName })) {
    for (const { Version = '', Layers = [] } of Versions)
      layersOf.set(
        Version,
        Layers.flatMap(({ Arn }) => Arn ?? []),
      );
  }
  const serving: string[] = [];
  for await (const { Aliases = [] } of paginateListAliases({ client: lambda }, { FunctionName })) {
    for (const { FunctionVersion, RoutingConfig } of Aliases) {
      serving.push(
        ...(FunctionVersion === undefined ? [] : [FunctionVersion]),
        ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
      );
    }
  }
  const ofStack = ofType(resources, 'AWS::Lambda::Version').flatMap(
    (arn) => new RegExp(`:function:${FunctionName}:(\\d+)$`).exec(arn)?.[1] ?? [],
  );
  const ofDeployments = deployed.filter(({ functionName }) => functionName === FunctionName);
  const published = [...layersOf.keys()].filter((version) => version !== '$LATEST');
  const named = [...ofStack, ...ofDeployments.map(({ version }) => version)];
  const deleted = superfluousVersions({ published, serving, named });
  for (const Qualifier of dryRun ? [] : deleted)
    await lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
  for (const version of deleted) layersOf.delete(version);
  for (const arn of [...layersOf.values()].flat()) usedLayers.add(arn);
  return { name: FunctionName, deleted, kept: published.filter((version) => !deleted.includes(version)) };
}

async function pruneLayer(
  lambda: LambdaClient,
  arn: string,
  { usedLayers, dryRun }: { usedLayers: ReadonlySet<string>; dryRun: boolean },
): Promise<Pruned> {
  const versions: number[] = [];
  for await (const { LayerVersions = [] } of paginateListLayerVersions({ client: lambda }, { LayerName: arn }))
    versions.push(...LayerVersions.flatMap(({ Version }) => Version ?? []));
  versions.sort((one, other) => one - other);
  const superfluous = versions.filter((version) => !usedLayers.has(`${arn}:${String(version)}`));
  for (const VersionNumber of dryRun ? [] : superfluous)
    await lambda.send(new DeleteLayerVersionCommand({ LayerName: arn, VersionNumber }));
  return {
    name: arn.slice(arn.lastIndexOf(':') + 1),
    deleted: superfluous.map(String),
    kept: versions.filter((version) => !superfluous.includes(version)).map(String),
  };
}

/** A line for each function and layer of which something was deleted. */
export function describePruned(pruned: readonly Pruned[], { dryRun = false } = {}): string {
  const changed = pruned.filter(({ deleted }) => deleted.length > 0);
  if (changed.length === 0) return 'No version of a function or layer is superfluous.';
  const width = Math.max(...changed.map(({ name }) => name.length));
  return changed
    .map(
      ({ name, deleted, kept }) =>
        `${name.padEnd(width)}  ${dryRun ? 'would delete' : 'deleted'} ${deleted.join(', ')}; ${dryRun ? 'keeps' : 'kept'} ${kept.join(', ')}`,
    )
    .join('\n');
}

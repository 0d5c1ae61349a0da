import { AwsError } from '../../../core/aws-error.ts';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import type { LayerVersion } from '../layers.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import type { LambdaForApi } from './types.ts';
import { codeLocation, codeSha256 } from './describe.ts';
import { page } from './input.ts';

const LAYERS = '/2018-10-31/layers';

/** What there is to read of layers; stacks publish them. */
export function layerRoutes(
  { layers }: Pick<LambdaForApi, 'layers'>,
  { endpoint }: Pick<ServiceContext, 'endpoint'>,
): RestRoute[] {
  /** The versions that run where the caller asks for, the newest first. */
  function suitable({ query }: RestRequest): LayerVersion[] {
    const [runtime, architecture] = [query.get('CompatibleRuntime'), query.get('CompatibleArchitecture')];
    return layers
      .list()
      .filter(({ compatibleRuntimes: all }) => runtime === null || all.includes(runtime))
      .filter(({ compatibleArchitectures: all }) => architecture === null || all.includes(architecture))
      .sort((a, b) => b.version - a.version);
  }
  function found(request: RestRequest, arn: string): LayerVersion {
    request.authorize('lambda:GetLayerVersion', arn);
    const version = layers.list().find((one) => one.arn === arn);
    if (version !== undefined) return version;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }
  const arnOf = (name: string): string => (name.startsWith('arn:') ? name : layers.arnOf(name));

  return [
    {
      operation: 'GetLayerVersionByArn',
      method: 'GET',
      path: `${LAYERS}?find=LayerVersion`,
      parameters: ['Arn'],
      handle: (request): RestAnswer => ({ body: describe(found(request, request.query.get('Arn') ?? '')) }),
    },
    {
      operation: 'ListLayers',
      method: 'GET',
      path: LAYERS,
      parameters: ['CompatibleRuntime', 'CompatibleArchitecture', 'Marker', 'MaxItems'],
      handle: (request): RestAnswer => {
        request.authorize('lambda:ListLayers', '*');
        const newest = new Map(
          suitable(request)
            .reverse()
            .map((one) => [one.name, one]),
        );
        const { items, ...next } = page([...newest.values()], request);
        const Layers = items.map((one) => ({
          LayerName: one.name,
          LayerArn: layers.arnOf(one.name),
          LatestMatchingVersion: summary(one),
        }));
        return { body: { Layers, ...next } };
      },
    },
    {
      operation: 'ListLayerVersions',
      method: 'GET',
      path: `${LAYERS}/{LayerName}/versions`,
      parameters: ['CompatibleRuntime', 'CompatibleArchitecture', 'Marker', 'MaxItems'],
      handle: (request): RestAnswer => {
        const arn = arnOf(request.labels.LayerName ?? '');
        request.authorize('lambda:ListLayerVersions', arn);
        const { items, ...next } = page(
          suitable(request).filter(({ name }) => layers.arnOf(name) === arn),
          request,
        );
        return { body: { LayerVersions: items.map(summary), ...next } };
      },
    },
    {
      operation: 'GetLayerVersion',
      method: 'GET',
      path: `${LAYERS}/{LayerName}/versions/{VersionNumber}`,
      handle: (request): RestAnswer => {
        const { LayerName: name = '', VersionNumber: number = '' } = request.labels;
        return { body: describe(found(request, `${arnOf(name)}:${number}`)) };
      },
    },
    {
      operation: 'DeleteLayerVersion',
      method: 'DELETE',
      path: `${LAYERS}/{LayerName}/versions/{VersionNumber}`,
      handle: (request): RestAnswer => {
        const { LayerName: name = '', VersionNumber: number = '' } = request.labels;
        const arn = `${arnOf(name)}:${number}`;
        request.authorize('lambda:DeleteLayerVersion', arn);
        // One that is not there is deleted already, as on AWS. Functions that use a version keep it.
        layers.delete(arn);
        return { status: 204 };
      },
    },
  ];

  function describe(version: LayerVersion): object {
    const { content } = version;
    return {
      ...summary(version),
      LayerArn: layers.arnOf(version.name),
      Content: {
        Location: codeLocation(endpoint(), content),
        CodeSha256: codeSha256(content),
        CodeSize: 0,
      },
    };
  }
}

function summary(version: LayerVersion): object {
  const { licenseInfo } = version;
  return {
    LayerVersionArn: version.arn,
    Version: version.version,
    Description: version.description,
    CreatedDate: version.createdAt.replace('Z', '+0000'),
    CompatibleRuntimes: version.compatibleRuntimes,
    CompatibleArchitectures: version.compatibleArchitectures,
    ...(licenseInfo !== undefined && { LicenseInfo: licenseInfo }),
  };
}

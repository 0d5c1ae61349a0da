import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import { qualifiedArn } from '../arns.ts';
import type { FunctionConfiguration } from '../configuration.ts';
import { notFound } from '../functions.ts';
import { page, referenceOf } from './input.ts';
import type { LambdaForApi } from './api.ts';

const FUNCTIONS = '/2015-03-31/functions';

export function functionRoutes(lambda: LambdaForApi): RestRoute[] {
  const { functions } = lambda;

  /** The configuration, under the ARN that was asked for. */
  function found(request: RestRequest, action: string): { configuration: FunctionConfiguration; arn: string } {
    const target = referenceOf(request);
    const arn = qualifiedArn(functions.arnOf(target.functionName), target.qualifier);
    request.authorize(`lambda:${action}`, functions.arnOf(target.functionName));
    return { configuration: functions.resolve(target, () => 1), arn };
  }

  return [
    {
      operation: 'ListFunctions',
      method: 'GET',
      path: `${FUNCTIONS}/`,
      parameters: ['FunctionVersion', 'Marker', 'MaxItems'],
      handle: (request): RestAnswer => {
        request.authorize('lambda:ListFunctions', '*');
        const every = request.query.get('FunctionVersion') === 'ALL';
        const all = functions
          .list()
          .flatMap(({ latest, versions }) => [latest, ...(every ? Object.values(versions) : [])]);
        const { items, ...next } = page(all, request);
        return { body: { Functions: items.map((one) => describe(one, ownArn(one))), ...next } };
      },
    },
    {
      operation: 'GetFunction',
      method: 'GET',
      path: `${FUNCTIONS}/{FunctionName}`,
      parameters: ['Qualifier'],
      handle: (request): RestAnswer => {
        const { configuration, arn } = found(request, 'GetFunction');
        const { reservedConcurrency, tags } = functions.record(configuration.functionName);
        return {
          body: {
            Configuration: describe(configuration, arn),
            Code: { RepositoryType: 'local', Location: `file://${configuration.code.Folder}` },
            Tags: tags,
            ...(reservedConcurrency !== undefined && {
              Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
            }),
          },
        };
      },
    },
    {
      operation: 'GetFunctionConfiguration',
      method: 'GET',
      path: `${FUNCTIONS}/{FunctionName}/configuration`,
      parameters: ['Qualifier'],
      handle: (request): RestAnswer => {
        const { configuration, arn } = found(request, 'GetFunctionConfiguration');
        return { body: describe(configuration, arn) };
      },
    },
    {
      operation: 'ListVersionsByFunction',
      method: 'GET',
      path: `${FUNCTIONS}/{FunctionName}/versions`,
      parameters: ['Marker', 'MaxItems'],
      handle: (request): RestAnswer => {
        const { functionName } = referenceOf(request);
        request.authorize('lambda:ListVersionsByFunction', functions.arnOf(functionName));
        const { latest, versions } = functions.record(functionName);
        const { items, ...next } = page([latest, ...Object.values(versions)], request);
        return { body: { Versions: items.map((one) => describe(one, ownArn(one))), ...next } };
      },
    },
    {
      operation: 'GetPolicy',
      method: 'GET',
      path: `${FUNCTIONS}/{FunctionName}/policy`,
      parameters: ['Qualifier'],
      handle: (request): RestAnswer => {
        const { functionName, qualifier } = referenceOf(request);
        const arn = qualifiedArn(functions.arnOf(functionName), qualifier);
        request.authorize('lambda:GetPolicy', arn);
        const policy = lambda.permissions.policyOf(functionName, qualifier);
        if (policy === undefined) throw notFound(`${arn} (it has no resource policy)`);
        return { body: { Policy: JSON.stringify(policy) } };
      },
    },
  ];
}

function ownArn({ functionArn, version }: FunctionConfiguration): string {
  return `${functionArn}:${version}`;
}

/** A configuration as the API shows it. */
export function describe(configuration: FunctionConfiguration, arn: string): object {
  const { logging, variables, layers, deadLetterArn, code } = configuration;
  return {
    FunctionName: configuration.functionName,
    FunctionArn: arn,
    Version: configuration.version,
    Description: configuration.description,
    Role: configuration.roleArn,
    Runtime: configuration.runtime,
    Handler: configuration.handler,
    Architectures: [configuration.architecture],
    MemorySize: configuration.memoryMb,
    Timeout: configuration.timeoutSeconds,
    EphemeralStorage: { Size: configuration.ephemeralStorageMb },
    ...(Object.keys(variables).length > 0 && { Environment: { Variables: variables } }),
    ...(layers.length > 0 && { Layers: layers.map((layer) => ({ Arn: layer.arn })) }),
    TracingConfig: { Mode: configuration.tracing },
    LoggingConfig: {
      LogFormat: logging.format,
      ...(logging.format === 'JSON' && {
        ApplicationLogLevel: logging.applicationLevel,
        SystemLogLevel: logging.systemLevel,
      }),
      LogGroup: logging.group,
    },
    ...(deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: deadLetterArn } }),
    CodeSha256: Buffer.from(code.Sha256, 'hex').toString('base64'),
    CodeSize: 0,
    PackageType: 'Zip',
    RevisionId: configuration.revisionId,
    LastModified: configuration.lastModified.replace('Z', '+0000'),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  };
}

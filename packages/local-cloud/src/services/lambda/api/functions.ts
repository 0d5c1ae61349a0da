import { AwsError } from '../../../core/aws-error.ts';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { qualifiedArn } from '../arns.ts';
import type { FunctionConfiguration } from '../configuration.ts';
import { notFound } from '../functions.ts';
import { codeLocation, describe, ownArn } from './describe.ts';
import { page, referenceOf } from './input.ts';
import type { LambdaForApi } from './types.ts';

const FUNCTIONS = '/2015-03-31/functions';

export function functionRoutes(lambda: LambdaForApi, { endpoint }: Pick<ServiceContext, 'endpoint'>): RestRoute[] {
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
            Code: { RepositoryType: 'local', Location: codeLocation(endpoint(), configuration.code) },
            Tags: tags,
            ...(reservedConcurrency !== undefined && {
              Concurrency: { ReservedConcurrentExecutions: reservedConcurrency },
            }),
          },
        };
      },
    },
    {
      operation: 'DeleteFunction',
      method: 'DELETE',
      path: `${FUNCTIONS}/{FunctionName}`,
      parameters: ['Qualifier'],
      handle: (request): RestAnswer => {
        const { functionName, qualifier } = referenceOf(request);
        const arn = qualifiedArn(functions.arnOf(functionName), qualifier);
        request.authorize('lambda:DeleteFunction', arn);
        const { versions, aliases } = functions.record(functionName);
        if (qualifier === undefined) lambda.deleteFunction(functionName);
        else if (qualifier === '$LATEST' || aliases[qualifier] !== undefined) {
          const why =
            qualifier === '$LATEST'
              ? '$LATEST version cannot be deleted without deleting the function.'
              : `${qualifier} is an alias of ${functionName}: a version is deleted by its number.`;
          throw new AwsError('InvalidParameterValueException', why);
        } else {
          if (versions[qualifier] === undefined) throw notFound(arn);
          lambda.deleteVersion(functionName, qualifier);
        }
        return { status: 204 };
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

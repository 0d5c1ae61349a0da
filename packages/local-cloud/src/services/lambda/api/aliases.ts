import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import { qualifiedArn } from '../arns.ts';
import type { Alias } from '../configuration.ts';
import { bodyOf, page, referenceOf } from './input.ts';
import type { LambdaForApi } from './types.ts';

const ALIASES = '/2015-03-31/functions/{FunctionName}/aliases';

const changes = z.strictObject({
  FunctionVersion: z.string().optional(),
  Description: z.string().optional(),
  RoutingConfig: z.strictObject({ AdditionalVersionWeights: z.record(z.string(), z.number()).nullish() }).nullish(),
  RevisionId: z.string().optional(),
});

export function aliasRoutes(lambda: LambdaForApi): RestRoute[] {
  const { functions } = lambda;
  const describe = (functionName: string, alias: Alias): object => ({
    AliasArn: qualifiedArn(functions.arnOf(functionName), alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    ...(Object.keys(alias.weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: alias.weights } }),
    RevisionId: alias.revisionId,
  });
  function named(request: RestRequest, action: string): { functionName: string; alias: Alias } {
    const { functionName } = referenceOf(request);
    const { Name: name = '' } = request.labels;
    request.authorize(`lambda:${action}`, qualifiedArn(functions.arnOf(functionName), name));
    return { functionName, alias: functions.alias(functionName, name) };
  }

  return [
    {
      operation: 'ListAliases',
      method: 'GET',
      path: ALIASES,
      parameters: ['FunctionVersion', 'Marker', 'MaxItems'],
      handle: (request): RestAnswer => {
        const { functionName } = referenceOf(request);
        request.authorize('lambda:ListAliases', functions.arnOf(functionName));
        const version = request.query.get('FunctionVersion');
        const all = Object.values(functions.record(functionName).aliases).filter(
          (alias) => version === null || alias.functionVersion === version,
        );
        const { items, ...next } = page(all, request);
        return { body: { Aliases: items.map((alias) => describe(functionName, alias)), ...next } };
      },
    },
    {
      operation: 'GetAlias',
      method: 'GET',
      path: `${ALIASES}/{Name}`,
      handle: (request): RestAnswer => {
        const { functionName, alias } = named(request, 'GetAlias');
        return { body: describe(functionName, alias) };
      },
    },
    {
      operation: 'UpdateAlias',
      method: 'PUT',
      path: `${ALIASES}/{Name}`,
      handle: (request): RestAnswer => {
        const { functionName, alias } = named(request, 'UpdateAlias');
        const { FunctionVersion, Description, RoutingConfig, RevisionId } = bodyOf(changes, request, 'UpdateAlias');
        if (RevisionId !== undefined && RevisionId !== alias.revisionId) {
          throw new AwsError(
            'PreconditionFailedException',
            'The Revision Id provided does not match the latest Revision Id. Call the GetAlias API to retrieve the latest Revision Id',
            412,
          );
        }
        const updated = lambda.moveAlias(functionName, alias.name, {
          ...(FunctionVersion !== undefined && { functionVersion: FunctionVersion }),
          ...(Description !== undefined && { description: Description }),
          ...(RoutingConfig && { weights: RoutingConfig.AdditionalVersionWeights ?? {} }),
        });
        return { body: describe(functionName, updated) };
      },
    },
  ];
}

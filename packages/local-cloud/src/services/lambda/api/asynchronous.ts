import type { RestAnswer, RestRoute } from '../../../wire/rest-json.ts';
import { qualifiedArn } from '../arns.ts';
import { notFound } from '../functions.ts';
import { referenceOf } from './input.ts';
import type { LambdaForApi } from './types.ts';

export function asynchronousRoutes({ functions }: LambdaForApi): RestRoute[] {
  return [
    {
      operation: 'GetFunctionEventInvokeConfig',
      method: 'GET',
      path: '/2019-09-25/functions/{FunctionName}/event-invoke-config',
      parameters: ['Qualifier'],
      handle: (request): RestAnswer => {
        const { functionName, qualifier = '$LATEST' } = referenceOf(request);
        const arn = qualifiedArn(functions.arnOf(functionName), qualifier);
        request.authorize('lambda:GetFunctionEventInvokeConfig', arn);
        const config = functions.record(functionName).eventInvokeConfigs[qualifier];
        if (config === undefined) throw notFound(`${arn} (it has no event invoke configuration)`);
        const { maximumRetryAttempts, maximumEventAgeSeconds, onSuccess, onFailure } = config;
        return {
          body: {
            FunctionArn: arn,
            LastModified: Date.parse(config.lastModified) / 1000,
            ...(maximumRetryAttempts !== undefined && { MaximumRetryAttempts: maximumRetryAttempts }),
            ...(maximumEventAgeSeconds !== undefined && { MaximumEventAgeInSeconds: maximumEventAgeSeconds }),
            DestinationConfig: {
              OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
              OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
            },
          },
        };
      },
    },
  ];
}

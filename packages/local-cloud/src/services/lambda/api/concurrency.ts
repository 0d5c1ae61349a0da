import { z } from 'zod';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import { bodyOf, referenceOf } from './input.ts';
import type { LambdaForApi } from './types.ts';

const wanted = z.strictObject({ ReservedConcurrentExecutions: z.int().min(0) });

export function concurrencyRoutes(lambda: LambdaForApi): RestRoute[] {
  const { functions } = lambda;
  function named(request: RestRequest, action: string): string {
    const { functionName } = referenceOf(request);
    request.authorize(`lambda:${action}`, functions.arnOf(functionName));
    return functions.record(functionName).latest.functionName;
  }
  function answer(functionName: string): RestAnswer {
    const { reservedConcurrency } = functions.record(functionName);
    return {
      body: reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency },
    };
  }

  return [
    {
      operation: 'GetFunctionConcurrency',
      method: 'GET',
      path: '/2019-09-30/functions/{FunctionName}/concurrency',
      handle: (request) => answer(named(request, 'GetFunctionConcurrency')),
    },
    {
      operation: 'PutFunctionConcurrency',
      method: 'PUT',
      path: '/2017-10-31/functions/{FunctionName}/concurrency',
      handle: (request) => {
        const functionName = named(request, 'PutFunctionConcurrency');
        const { ReservedConcurrentExecutions } = bodyOf(wanted, request, 'PutFunctionConcurrency');
        lambda.reserveConcurrency(functionName, ReservedConcurrentExecutions);
        return answer(functionName);
      },
    },
    {
      operation: 'DeleteFunctionConcurrency',
      method: 'DELETE',
      path: '/2017-10-31/functions/{FunctionName}/concurrency',
      handle: (request) => {
        lambda.reserveConcurrency(named(request, 'DeleteFunctionConcurrency'), undefined);
        return { status: 204 };
      },
    },
  ];
}

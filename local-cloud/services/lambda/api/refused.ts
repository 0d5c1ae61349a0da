import type { RestRoute } from '../../../wire/rest-json.ts';

const FUNCTION = '/2015-03-31/functions/{FunctionName}';

/** Operations that Lambda has and this cloud has not, so that each is refused by its name. Functions are made by stacks. */
export const refusedRoutes: RestRoute[] = (
  [
    ['CreateFunction', 'POST', '/2015-03-31/functions'],
    ['DeleteFunction', 'DELETE', FUNCTION],
    ['UpdateFunctionCode', 'PUT', `${FUNCTION}/code`],
    ['UpdateFunctionConfiguration', 'PUT', `${FUNCTION}/configuration`],
    ['PublishVersion', 'POST', `${FUNCTION}/versions`],
    ['CreateAlias', 'POST', `${FUNCTION}/aliases`],
    ['DeleteAlias', 'DELETE', `${FUNCTION}/aliases/{Name}`],
    ['AddPermission', 'POST', `${FUNCTION}/policy`],
    ['RemovePermission', 'DELETE', `${FUNCTION}/policy/{StatementId}`],
    ['CreateEventSourceMapping', 'POST', '/2015-03-31/event-source-mappings'],
    ['DeleteEventSourceMapping', 'DELETE', '/2015-03-31/event-source-mappings/{UUID}'],
    ['PutFunctionEventInvokeConfig', 'PUT', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
    ['UpdateFunctionEventInvokeConfig', 'POST', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
    ['DeleteFunctionEventInvokeConfig', 'DELETE', '/2019-09-25/functions/{FunctionName}/event-invoke-config'],
    ['ListFunctionEventInvokeConfigs', 'GET', '/2019-09-25/functions/{FunctionName}/event-invoke-config/list'],
    ['PutProvisionedConcurrencyConfig', 'PUT', '/2019-09-30/functions/{FunctionName}/provisioned-concurrency'],
    ['GetProvisionedConcurrencyConfig', 'GET', '/2019-09-30/functions/{FunctionName}/provisioned-concurrency'],
    ['DeleteProvisionedConcurrencyConfig', 'DELETE', '/2019-09-30/functions/{FunctionName}/provisioned-concurrency'],
    ['CreateFunctionUrlConfig', 'POST', '/2021-10-31/functions/{FunctionName}/url'],
    ['GetFunctionUrlConfig', 'GET', '/2021-10-31/functions/{FunctionName}/url'],
    ['UpdateFunctionUrlConfig', 'PUT', '/2021-10-31/functions/{FunctionName}/url'],
    ['DeleteFunctionUrlConfig', 'DELETE', '/2021-10-31/functions/{FunctionName}/url'],
    ['ListFunctionUrlConfigs', 'GET', '/2021-10-31/functions/{FunctionName}/urls'],
    ['PublishLayerVersion', 'POST', '/2018-10-31/layers/{LayerName}/versions'],
    ['DeleteLayerVersion', 'DELETE', '/2018-10-31/layers/{LayerName}/versions/{VersionNumber}'],
    ['ListTags', 'GET', '/2017-03-31/tags/{Resource}'],
    ['TagResource', 'POST', '/2017-03-31/tags/{Resource}'],
    ['UntagResource', 'DELETE', '/2017-03-31/tags/{Resource}'],
    ['GetFunctionCodeSigningConfig', 'GET', '/2020-06-30/functions/{FunctionName}/code-signing-config'],
    ['GetRuntimeManagementConfig', 'GET', '/2021-07-20/functions/{FunctionName}/runtime-management-config'],
    ['GetFunctionRecursionConfig', 'GET', '/2024-08-31/functions/{FunctionName}/recursion-config'],
  ] as const
).map(([operation, method, path]) => ({ operation, method, path }));

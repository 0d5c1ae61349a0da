import { AwsError, notImplemented } from '../../../core/aws-error.ts';
import type { RestAnswer, RestRequest, RestRoute } from '../../../wire/rest-json.ts';
import { qualifiedArn } from '../arns.ts';
import { checkJson } from '../event-json.ts';
import { referenceOf } from './input.ts';
import type { LambdaForApi } from './types.ts';

const LARGEST_EVENT = 6 * 1024 * 1024;

/** Headers that would change what an invocation means. */
const REFUSED = ['x-amz-tenant-id', 'x-amz-durable-execution-name'];

export function invokeRoutes(lambda: LambdaForApi): RestRoute[] {
  async function invoke(request: RestRequest): Promise<RestAnswer> {
    const { headers, requestId, callerArn, body } = request;
    const target = referenceOf(request);
    const { functionName, qualifier } = target;
    const refused = REFUSED.find((name) => headers[name] !== undefined);
    if (refused !== undefined) throw notImplemented(`the header ${refused} of lambda:Invoke`);

    const arn = qualifiedArn(lambda.functions.arnOf(functionName), qualifier);
    const policy = lambda.functions.exists(functionName)
      ? lambda.permissions.policyOf(functionName, qualifier)
      : undefined;
    request.authorize('lambda:InvokeFunction', arn, {}, policy);
    lambda.functions.resolve(target, () => 1);
    const event = readEvent(body);
    const traceHeader = headers['x-amzn-trace-id'];
    const trace = traceHeader !== undefined && { traceHeader };

    switch (headers['x-amz-invocation-type'] ?? 'RequestResponse') {
      case 'DryRun':
        return { status: 204 };
      case 'Event':
        lambda.enqueue(target, event, traceHeader, requestId);
        return { status: 202 };
      case 'RequestResponse': {
        const clientContext = clientContextOf(headers['x-amz-client-context']);
        const answer = await lambda.invoke({
          target,
          kind: 'synchronous',
          requestId,
          event,
          ...trace,
          ...(clientContext !== undefined && { clientContext }),
          urgent: !callerArn.endsWith(':root'),
        });
        return {
          headers: {
            'x-amz-executed-version': answer.executedVersion,
            ...(answer.outcome !== 'succeeded' && { 'x-amz-function-error': 'Unhandled' }),
            ...(headers['x-amz-log-type'] === 'Tail' && {
              'x-amz-log-result': Buffer.from(answer.logTail).toString('base64'),
            }),
          },
          body: answer.payload,
        };
      }
      default:
        throw new AwsError(
          'InvalidParameterValueException',
          `InvocationType ${String(headers['x-amz-invocation-type'])}: it is RequestResponse, Event or DryRun.`,
        );
    }
  }

  return [
    {
      operation: 'Invoke',
      method: 'POST',
      path: '/2015-03-31/functions/{FunctionName}/invocations',
      parameters: ['Qualifier'],
      handle: invoke,
    },
    {
      operation: 'GetAccountSettings',
      method: 'GET',
      path: '/2016-08-19/account-settings',
      handle: (request) => {
        request.authorize('lambda:GetAccountSettings', '*');
        return { body: accountSettings(lambda) };
      },
    },
  ];
}

/** The event's JSON as it came; nothing is `null`. Throws RequestTooLargeException, InvalidRequestContentException. */
function readEvent(body: Buffer): string {
  if (body.length > LARGEST_EVENT) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${String(LARGEST_EVENT)} bytes for the InvokeFunction operation`,
      413,
    );
  }
  if (body.length === 0) return '{}';
  const text = body.toString('utf8');
  checkJson(text);
  return text;
}

function clientContextOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = Buffer.from(header, 'base64').toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.');
  }
}

function accountSettings(lambda: LambdaForApi): object {
  const records = lambda.functions.list();
  const reserved = records.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  return {
    AccountLimit: {
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      TotalCodeSize: 80_530_636_800,
      UnreservedConcurrentExecutions: 1000 - reserved,
    },
    AccountUsage: { FunctionCount: records.length, TotalCodeSize: 0 },
  };
}

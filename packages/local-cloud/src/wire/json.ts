import { AwsError, notImplemented } from '../core/aws-error.ts';
import type { Api, WireRequest, WireResponse } from './messages.ts';

export type JsonOperation = (input: Record<string, unknown>, request: WireRequest) => Promise<object> | object;

/** The AWS JSON 1.0 and 1.1 protocols: the operation in `X-Amz-Target`, JSON both ways. */
export function awsJson(signingName: string, operations: Readonly<Record<string, JsonOperation>>): Api {
  return {
    signingName,
    handle: async (request) => {
      const type = request.headers['content-type'] ?? 'application/x-amz-json-1.0';
      try {
        const name = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
        const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
        if (operation === undefined) throw notImplemented(`${signingName}:${name || '(no X-Amz-Target header)'}`);
        return answer(200, type, await operation(parse(request), request));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return jsonError(error, type);
      }
    },
  };
}

function parse({ body }: WireRequest): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.');
  }
}

function answer(status: number, type: string, output: object): WireResponse {
  return { status, headers: { 'content-type': type }, body: JSON.stringify(output) };
}

/** An error in the AWS JSON protocols. Clients read the code from `__type`, newer ones from the header. */
export function jsonError(error: AwsError, contentType = 'application/x-amz-json-1.0'): WireResponse {
  return {
    status: error.status,
    headers: { 'content-type': contentType, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.details }),
  };
}

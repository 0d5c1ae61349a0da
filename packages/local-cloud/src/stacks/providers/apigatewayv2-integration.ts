import { z } from 'zod';
import type { ApiGateway } from '../../services/apigateway/apigateway.ts';
import { integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const schema = z.strictObject({
  ApiId: text,
  IntegrationType: z.literal('AWS_PROXY', { error: 'the local cloud implements the IntegrationType AWS_PROXY only' }),
  IntegrationUri: text.refine((uri) => functionOf(uri) !== undefined, {
    error: 'the local cloud implements integrations with Lambda functions only: their ARN',
  }),
  PayloadFormatVersion: text.refine((version) => version === '2.0', {
    error: "the local cloud implements the PayloadFormatVersion '2.0' only",
  }),
  TimeoutInMillis: integer.pipe(z.int().min(50).max(30_000)).optional(),
});
type Properties = z.output<typeof schema>;

/** A function behind an HTTP API. */
export function apigatewayv2Integration(apigateway: ApiGateway): Provider<Properties> {
  const set = (
    id: string,
    { ApiId: apiId, IntegrationUri: uri, TimeoutInMillis: timeoutMs = 30_000 }: Properties,
  ): Made => {
    apigateway.setIntegration(apiId, id, { functionArn: functionOf(uri) ?? '', timeoutMs });
    return { ref: id, attributes: { IntegrationId: id } };
  };

  return {
    type: 'AWS::ApiGatewayV2::Integration',
    schema,
    replacedBy: ['ApiId'],
    create: async ({ properties, stack }) => set(stack.random.hex(7), properties),
    update: async ({ ref, properties }) => set(ref, properties),
    delete: async ({ ref, properties }) => apigateway.deleteIntegration(properties.ApiId, ref),
  };
}

/** The ARN of the function, which may stand in the ARN of its invocation. */
function functionOf(uri: string): string | undefined {
  return /^(?:arn:aws:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/)?(arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?)(?:\/invocations)?$/.exec(
    uri,
  )?.[1];
}

import { z } from 'zod';
import type { ApiGateway } from '../../services/apigateway/apigateway.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const schema = z.strictObject({
  Name: text,
  ProtocolType: z.literal('HTTP', { error: 'the local cloud implements HTTP APIs only' }),
});
type Properties = z.output<typeof schema>;

/** An HTTP API. `ApiEndpoint` is where it is served: https://… on AWS, http://localhost:… here. */
export function apigatewayv2Api(apigateway: ApiGateway): Provider<Properties> {
  const made = (apiId: string): Made => ({
    ref: apiId,
    attributes: { ApiId: apiId, ApiEndpoint: apigateway.endpointOf(apiId) },
  });

  return {
    type: 'AWS::ApiGatewayV2::Api',
    schema,
    replacedBy: ['ProtocolType'],
    prepare: () => apigateway.reservePort(),
    create: async ({ properties, stack }) => {
      const apiId = stack.random.hex(10);
      await apigateway.create(apiId, properties.Name);
      return made(apiId);
    },
    update: async ({ ref, properties }) => {
      apigateway.rename(ref, properties.Name);
      return made(ref);
    },
    delete: async ({ ref }) => apigateway.delete(ref),
  };
}

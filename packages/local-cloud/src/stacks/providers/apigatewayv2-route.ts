import { z } from 'zod';
import type { ApiGateway } from '../../services/apigateway/apigateway.ts';
import type { Route } from '../../services/apigateway/model.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const target = /^integrations\/([^/]+)$/;
const schema = z
  .strictObject({
    ApiId: text,
    RouteKey: text,
    Target: text.refine((one) => target.test(one), { error: 'must be integrations/ and the id of an integration' }),
    AuthorizationType: z
      .enum(['NONE', 'JWT'], { error: 'the local cloud implements the AuthorizationType NONE and JWT' })
      .optional(),
    AuthorizerId: text.optional(),
    AuthorizationScopes: z.array(text).optional(),
  })
  .refine(({ AuthorizationType: type, AuthorizerId: id }) => (type === 'JWT') === (id !== undefined), {
    error: 'AuthorizationType JWT needs an AuthorizerId, and nothing else takes one',
  });
type Properties = z.output<typeof schema>;

export function apigatewayv2Route(apigateway: ApiGateway): Provider<Properties> {
  const set = (id: string, properties: Properties): Made => {
    apigateway.setRoute(properties.ApiId, id, routeOf(properties));
    return { ref: id, attributes: { RouteId: id } };
  };

  return {
    type: 'AWS::ApiGatewayV2::Route',
    schema,
    replacedBy: ['ApiId'],
    create: async ({ properties, stack }) => set(stack.random.hex(7), properties),
    update: async ({ ref, properties }) => set(ref, properties),
    delete: async ({ ref, properties }) => apigateway.deleteRoute(properties.ApiId, ref),
  };
}

function routeOf(properties: Properties): Route {
  const { RouteKey: routeKey, Target, AuthorizationType: type, AuthorizerId: authorizerId = '' } = properties;
  const scopes = properties.AuthorizationScopes ?? [];
  return {
    routeKey,
    integrationId: target.exec(Target)?.[1] ?? '',
    ...(type === 'JWT' && { authorization: { authorizerId, scopes } }),
  };
}

import { z } from 'zod';
import type { ApiGateway } from '../../services/apigateway/apigateway.ts';
import { text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

const source = /^\$request\.header\.([\w-]+)$/;
const schema = z.strictObject({
  ApiId: text,
  Name: text,
  AuthorizerType: z.literal('JWT', { error: 'the local cloud implements the AuthorizerType JWT only' }),
  IdentitySource: z.tuple([
    text.refine((one) => source.test(one), {
      error: 'the local cloud takes tokens from a header only: $request.header.Authorization',
    }),
  ]),
  JwtConfiguration: z.strictObject({ Issuer: z.url({ error: 'must be a URL' }), Audience: z.array(text).min(1) }),
});
type Properties = z.output<typeof schema>;

/** A JWT authorizer. */
export function apigatewayv2Authorizer(apigateway: ApiGateway): Provider<Properties> {
  const set = async (
    id: string,
    { ApiId: apiId, Name: name, IdentitySource, JwtConfiguration }: Properties,
  ): Promise<Made> => {
    await apigateway.setAuthorizer(apiId, id, {
      name,
      header: source.exec(IdentitySource[0])?.[1]?.toLowerCase() ?? '',
      issuer: JwtConfiguration.Issuer,
      audience: JwtConfiguration.Audience,
    });
    return { ref: id, attributes: { AuthorizerId: id } };
  };

  return {
    type: 'AWS::ApiGatewayV2::Authorizer',
    schema,
    replacedBy: ['ApiId'],
    create: async ({ properties, stack }) => set(stack.random.hex(6), properties),
    update: async ({ ref, properties }) => set(ref, properties),
    delete: async ({ ref, properties }) => apigateway.deleteAuthorizer(properties.ApiId, ref),
  };
}

import { z } from 'zod';
import type { Cognito } from '../../services/cognito/cognito.ts';
import { flag, text } from '../properties.ts';
import type { Provider } from '../provider.ts';
import { neverUpdated } from './never-updated.ts';

const schema = z.strictObject({
  UserPoolId: text,
  ClientId: text,
  UseCognitoProvidedValues: flag.refine(Boolean, {
    error: 'a style of your own (Settings, Assets) is not implemented',
  }),
});

type Properties = z.output<typeof schema>;

/** The style of a client's pages. Without one, managed login shows "Login pages unavailable". */
export function cognitoManagedLoginBranding({ userPools }: Cognito): Provider<Properties> {
  return {
    type: 'AWS::Cognito::ManagedLoginBranding',
    schema,
    replacedBy: ['UserPoolId', 'ClientId', 'UseCognitoProvidedValues'],
    create: async ({ properties: { UserPoolId, ClientId }, stack }) => {
      userPools.changeClient(ClientId, { hasBranding: true });
      const id = stack.random.uuid();
      return { ref: `${UserPoolId}|${id}`, attributes: { ManagedLoginBrandingId: id } };
    },
    update: neverUpdated,
    delete: async ({ properties: { ClientId } }) => {
      userPools.changeClient(ClientId, { hasBranding: false });
    },
  };
}

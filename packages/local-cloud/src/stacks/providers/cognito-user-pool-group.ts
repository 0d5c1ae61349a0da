import { z } from 'zod';
import type { Cognito } from '../../services/cognito/cognito.ts';
import { physicalName } from '../physical-name.ts';
import { text } from '../properties.ts';
import type { Provider } from '../provider.ts';

const schema = z.strictObject({ UserPoolId: text, GroupName: text.optional(), Description: text.optional() });

type Properties = z.output<typeof schema>;

export function cognitoUserPoolGroup({ userPools }: Cognito): Provider<Properties> {
  const put = (name: string, { UserPoolId, Description: description }: Properties): void =>
    userPools.putGroup(UserPoolId, name, { ...(description !== undefined && { description }) });
  return {
    type: 'AWS::Cognito::UserPoolGroup',
    schema,
    replacedBy: ['UserPoolId', 'GroupName'],
    namedBy: 'GroupName',
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.GroupName ?? physicalName(stack, logicalId, { maxLength: 128 });
      put(name, properties);
      return { ref: name, attributes: {} };
    },
    update: async ({ ref, properties }) => {
      put(ref, properties);
      return { ref, attributes: {} };
    },
    delete: async ({ ref, properties }) => userPools.deleteGroup(properties.UserPoolId, ref),
  };
}

import { z } from 'zod';
import type { Cognito } from '../../services/cognito/cognito.ts';
import { integer, text } from '../properties.ts';
import type { Provider } from '../provider.ts';
import { neverUpdated } from './never-updated.ts';

// Version 2 is managed login; 1, the classic hosted UI, looks and behaves otherwise.
const schema = z.strictObject({
  UserPoolId: text,
  Domain: text
    .refine((prefix) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(prefix), {
      error: 'Domain is a prefix of at most 63 characters',
    })
    .refine((prefix) => !/aws|amazon|cognito/.test(prefix), {
      error: 'Domain cannot contain reserved word: aws, amazon, or cognito',
    }),
  ManagedLoginVersion: integer.refine((version) => version === 2, { error: 'only version 2 is implemented' }),
});

type Properties = z.output<typeof schema>;

export function cognitoUserPoolDomain({ userPools }: Cognito): Provider<Properties> {
  return {
    type: 'AWS::Cognito::UserPoolDomain',
    schema,
    replacedBy: ['UserPoolId', 'Domain', 'ManagedLoginVersion'],
    namedBy: 'Domain',
    create: async ({ properties: { UserPoolId, Domain } }) => {
      userPools.setDomain(UserPoolId, Domain);
      return { ref: Domain, attributes: {} };
    },
    update: neverUpdated,
    delete: async ({ properties: { UserPoolId } }) => userPools.setDomain(UserPoolId, undefined),
  };
}

import { z } from 'zod';
import { AwsError } from '../../core/aws-error.ts';
import type { Cognito } from '../../services/cognito/cognito.ts';
import type { UserPoolSettings } from '../../services/cognito/user-pool.ts';
import { physicalName } from '../physical-name.ts';
import { flag, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

// Of the many shapes of a user pool one: people sign in by their e-mail address, and confirm it.
const schema = z.strictObject({
  UserPoolName: text.optional(),
  UserPoolTier: z.enum(['ESSENTIALS', 'PLUS']).default('ESSENTIALS'),
  DeletionProtection: z.enum(['ACTIVE', 'INACTIVE']).default('INACTIVE'),
  UsernameAttributes: z.tuple([z.literal('email')]),
  UsernameConfiguration: z.strictObject({ CaseSensitive: flag }).optional(),
  AutoVerifiedAttributes: z.tuple([z.literal('email')]),
  AccountRecoverySetting: z
    .strictObject({
      RecoveryMechanisms: z.tuple([z.strictObject({ Name: z.literal('verified_email'), Priority: integer })]),
    })
    .optional(),
  AdminCreateUserConfig: z.strictObject({ AllowAdminCreateUserOnly: flag.default(false) }).optional(),
  LambdaConfig: z.strictObject({ PreSignUp: text.optional() }).optional(),
});

type Properties = z.output<typeof schema>;

export function cognitoUserPool({ userPools, issuerOf }: Cognito): Provider<Properties> {
  const made = (id: string): Made => ({
    ref: id,
    attributes: {
      Arn: userPools.get(id).arn,
      UserPoolId: id,
      ProviderName: issuerOf(id).replace('https://', ''),
      ProviderURL: issuerOf(id),
    },
  });
  return {
    type: 'AWS::Cognito::UserPool',
    schema,
    replacedBy: ['UsernameAttributes'],
    create: async ({ logicalId, properties, stack }) =>
      made((await userPools.create(settingsOf(properties, physicalName(stack, logicalId, { maxLength: 128 })))).id),
    update: async ({ logicalId, ref, before, properties, stack }) => {
      if (before.UsernameConfiguration?.CaseSensitive !== properties.UsernameConfiguration?.CaseSensitive) {
        throw new AwsError(
          'InvalidParameterException',
          'Updates are not allowed for property - UsernameConfiguration.',
        );
      }
      // A name that the template no longer gives is forgotten; one that was made up stays.
      const otherwise =
        before.UserPoolName === undefined
          ? userPools.get(ref).name
          : physicalName(stack, logicalId, { maxLength: 128 });
      userPools.update(ref, settingsOf(properties, otherwise));
      return made(ref);
    },
    delete: async ({ ref }) => userPools.delete(ref),
  };
}

function settingsOf(properties: Properties, otherwise: string): UserPoolSettings {
  const preSignUpArn = properties.LambdaConfig?.PreSignUp;
  return {
    name: properties.UserPoolName ?? otherwise,
    tier: properties.UserPoolTier,
    caseSensitive: properties.UsernameConfiguration?.CaseSensitive ?? false,
    adminCreateUserOnly: properties.AdminCreateUserConfig?.AllowAdminCreateUserOnly ?? false,
    deletionProtection: properties.DeletionProtection,
    ...(preSignUpArn !== undefined && { preSignUpArn }),
  };
}

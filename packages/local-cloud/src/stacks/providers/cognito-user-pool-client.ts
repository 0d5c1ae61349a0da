import { z } from 'zod';
import type { Cognito } from '../../services/cognito/cognito.ts';
import type { Client } from '../../services/cognito/user-pool.ts';
import { physicalName } from '../physical-name.ts';
import { flag, integer, text } from '../properties.ts';
import type { Made, Provider } from '../provider.ts';

/** Milliseconds. */
const units = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);

/** https, or http on this machine; Cognito takes no other address. */
const address = text.refine((url) => /^https:\/\/|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(url), {
  error: 'URL must use https, or http with localhost',
});

// A public client of the authorization code flow, and no other.
const schema = z.strictObject({
  UserPoolId: text,
  ClientName: text.optional(),
  GenerateSecret: flag
    .refine((isSecret) => !isSecret, { error: 'a client with a secret is not implemented' })
    .default(false),
  AllowedOAuthFlowsUserPoolClient: flag.refine(Boolean, { error: 'a client without OAuth flows is not implemented' }),
  AllowedOAuthFlows: z.tuple([z.literal('code')]),
  AllowedOAuthScopes: z.array(z.enum(['openid', 'email', 'profile', 'phone'])),
  SupportedIdentityProviders: z.tuple([z.literal('COGNITO')]),
  CallbackURLs: z.array(address).min(1).max(100),
  LogoutURLs: z.array(address).max(100).default([]),
  // Sign-in by API is not implemented: what this would allow is refused by the name of the operation.
  ExplicitAuthFlows: z.array(z.literal('ALLOW_REFRESH_TOKEN_AUTH')).optional(),
  PreventUserExistenceErrors: z.literal('ENABLED'),
  EnableTokenRevocation: flag
    .refine(Boolean, { error: 'tokens that cannot be revoked are not implemented' })
    .optional(),
  AccessTokenValidity: integer.optional(),
  IdTokenValidity: integer.optional(),
  RefreshTokenValidity: integer.optional(),
  TokenValidityUnits: z
    .strictObject({
      AccessToken: unit.default('hours'),
      IdToken: unit.default('hours'),
      RefreshToken: unit.default('days'),
    })
    .optional(),
});

type Properties = z.output<typeof schema>;

export function cognitoUserPoolClient({ userPools }: Cognito): Provider<Properties> {
  const made = (id: string): Made => ({ ref: id, attributes: { ClientId: id, Name: userPools.client(id).name } });
  return {
    type: 'AWS::Cognito::UserPoolClient',
    schema,
    replacedBy: ['UserPoolId', 'GenerateSecret'],
    create: async ({ logicalId, properties, stack }) => {
      const name = properties.ClientName ?? physicalName(stack, logicalId, { maxLength: 128 });
      return made(userPools.createClient({ userPoolId: properties.UserPoolId, ...specOf(properties, name) }).id);
    },
    update: async ({ logicalId, ref, before, properties, stack }) => {
      const otherwise =
        before.ClientName === undefined
          ? userPools.client(ref).name
          : physicalName(stack, logicalId, { maxLength: 128 });
      userPools.changeClient(ref, specOf(properties, otherwise));
      return made(ref);
    },
    delete: async ({ ref }) => userPools.deleteClient(ref),
  };
}

function specOf(properties: Properties, name: string): Omit<Client, 'id' | 'userPoolId' | 'hasBranding'> {
  const { AccessToken = 'hours', IdToken = 'hours', RefreshToken = 'days' } = properties.TokenValidityUnits ?? {};
  return {
    name: properties.ClientName ?? name,
    callbackUrls: properties.CallbackURLs,
    logoutUrls: properties.LogoutURLs,
    scopes: properties.AllowedOAuthScopes,
    accessTokenMs: within(
      'AccessTokenValidity',
      properties.AccessTokenValidity ?? units.hours / units[AccessToken],
      AccessToken,
    ),
    idTokenMs: within('IdTokenValidity', properties.IdTokenValidity ?? units.hours / units[IdToken], IdToken),
    refreshTokenMs: within(
      'RefreshTokenValidity',
      properties.RefreshTokenValidity ?? (30 * units.days) / units[RefreshToken],
      RefreshToken,
    ),
  };
}

/** Access and id tokens live five minutes to a day, refresh tokens an hour to ten years. */
function within(property: string, count: number, name: keyof typeof units): number {
  const lifetime = count * units[name];
  const [least, most] =
    property === 'RefreshTokenValidity' ? [units.hours, 3650 * units.days] : [5 * units.minutes, units.days];
  if (lifetime >= least && lifetime <= most) return lifetime;
  throw new Error(
    `Invalid range for token validity: ${property} must be from ${String(least / 60_000)} to ${String(most / 60_000)} minutes.`,
  );
}

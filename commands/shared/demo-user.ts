import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  UserNotFoundException,
  type AttributeType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Target } from './target.ts';

/** The demo user of the local gallery. Its password is public, so it is never created on AWS. */
export const demoUser = { email: 'demo@example.com', password: 'Gallery-1234' };

/** The demo user's `sub`, which owns the images; undefined where the pool has no such user. */
export async function findDemoUser(
  cognito: CognitoIdentityProviderClient,
  poolId: string,
): Promise<string | undefined> {
  try {
    const found = await cognito.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: demoUser.email }));
    return subOf(found.UserAttributes);
  } catch (error) {
    if (error instanceof UserNotFoundException) return undefined;
    throw error;
  }
}

/** Of a stack's gallery. Undefined where the gallery is off, or was started by other hands than `npm start`'s. */
export async function demoUserOf({ client, outputs }: Pick<Target, 'client' | 'outputs'>): Promise<string | undefined> {
  const { UserPoolId: poolId } = outputs;
  return poolId === undefined ? undefined : findDemoUser(new CognitoIdentityProviderClient(client), poolId);
}

/** Creates the demo user if it is missing, and sets its password; returns the `sub`. */
export async function ensureDemoUser(cognito: CognitoIdentityProviderClient, poolId: string): Promise<string> {
  const user = { UserPoolId: poolId, Username: demoUser.email };
  const sub = (await findDemoUser(cognito, poolId)) ?? (await createDemoUser(cognito, poolId));
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: demoUser.password, Permanent: true }));
  return sub;
}

async function createDemoUser(cognito: CognitoIdentityProviderClient, poolId: string): Promise<string> {
  const { User: made } = await cognito.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: demoUser.email,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: demoUser.email },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  const sub = subOf(made?.Attributes);
  if (sub === undefined) throw new Error(`Cognito has created ${demoUser.email} and told no sub.`);
  return sub;
}

function subOf(attributes: readonly AttributeType[] = []): string | undefined {
  return attributes.find(({ Name }) => Name === 'sub')?.Value;
}

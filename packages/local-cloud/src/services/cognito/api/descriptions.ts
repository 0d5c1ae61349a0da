import { z } from 'zod';
import { AwsError } from '../../../core/aws-error.ts';
import type { JsonOperation } from '../../../wire/json.ts';
import { readInput } from '../../../wire/read-input.ts';
import type { Client, UserPool } from '../user-pool.ts';
import type { CognitoParts } from './types.ts';
import { groupDescription } from './groups.ts';

const INVALID = 'InvalidParameterException';
const onePool = z.strictObject({ UserPoolId: z.string() });
const oneClient = z.strictObject({ UserPoolId: z.string(), ClientId: z.string() });
const oneGroup = z.strictObject({ UserPoolId: z.string(), GroupName: z.string() });

/** What stacks have made, as the API shows it. */
export function descriptionOperations({ pools, users }: CognitoParts): Record<string, JsonOperation> {
  return {
    DescribeUserPool: (body, { authorize }) => {
      const pool = pools.get(readInput('cognito-idp:DescribeUserPool', onePool, body, INVALID).UserPoolId);
      authorize('cognito-idp:DescribeUserPool', pool.arn);
      return { UserPool: describedPool(pool, users.list(pool.id).length) };
    },
    DescribeUserPoolClient: (body, { authorize }) => {
      const asked = readInput('cognito-idp:DescribeUserPoolClient', oneClient, body, INVALID);
      authorize('cognito-idp:DescribeUserPoolClient', pools.get(asked.UserPoolId).arn);
      const client = pools.client(asked.ClientId);
      if (client.userPoolId !== asked.UserPoolId)
        throw new AwsError('ResourceNotFoundException', `User pool client ${client.id} does not exist.`);
      return { UserPoolClient: describedClient(client) };
    },
    GetGroup: (body, { authorize }) => {
      const asked = readInput('cognito-idp:GetGroup', oneGroup, body, INVALID);
      const pool = pools.get(asked.UserPoolId);
      authorize('cognito-idp:GetGroup', pool.arn);
      pools.checkGroup(pool.id, asked.GroupName);
      return { Group: groupDescription(pool, asked.GroupName) };
    },
  };
}

function describedPool(pool: UserPool, users: number): object {
  const { id, arn, name, tier, deletionProtection, preSignUpArn, domain, createdAt } = pool;
  return {
    Id: id,
    Arn: arn,
    Name: name,
    UserPoolTier: tier,
    DeletionProtection: deletionProtection,
    LambdaConfig: preSignUpArn === undefined ? {} : { PreSignUp: preSignUpArn },
    UsernameAttributes: ['email'],
    AutoVerifiedAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: pool.caseSensitive },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: pool.adminCreateUserOnly },
    MfaConfiguration: 'OFF',
    EstimatedNumberOfUsers: users,
    CreationDate: new Date(createdAt).getTime() / 1000,
    ...(domain !== undefined && { Domain: domain }),
  };
}

function describedClient(client: Client): object {
  const seconds = { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' };
  return {
    ClientId: client.id,
    ClientName: client.name,
    UserPoolId: client.userPoolId,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: client.scopes,
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: client.callbackUrls,
    LogoutURLs: client.logoutUrls,
    ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: true,
    AccessTokenValidity: client.accessTokenMs / 1000,
    IdTokenValidity: client.idTokenMs / 1000,
    RefreshTokenValidity: client.refreshTokenMs / 1000,
    TokenValidityUnits: seconds,
  };
}

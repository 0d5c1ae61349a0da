import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { createCloud, type Cloud } from '../../src/cloud.ts';
import { createBrowser, type Page } from '../../src/testing/oauth-browser.ts';
import { CALLBACK, codeIn, PASSWORD } from './support/pool.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const people = (settings: object = {}): Record<string, { Type: string; Properties: object; DependsOn?: string }> => ({
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  Admit: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: {
        ZipFile: `exports.handler = async (event) => {
          if (event.triggerSource === 'PreSignUp_SignUp' && !event.request.userAttributes.email.endsWith('@example.com')) throw new Error('Only example.com');
          return event;
        };`,
      },
    },
  },
  MayAsk: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'Admit' },
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['People', 'Arn'] },
    },
  },
  People: {
    Type: 'AWS::Cognito::UserPool',
    Properties: {
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: true },
      LambdaConfig: { PreSignUp: { 'Fn::GetAtt': ['Admit', 'Arn'] } },
      ...settings,
    },
  },
  SignIn: {
    Type: 'AWS::Cognito::UserPoolDomain',
    Properties: { UserPoolId: { Ref: 'People' }, Domain: 'people', ManagedLoginVersion: 2 },
  },
  Page: {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: {
      UserPoolId: { Ref: 'People' },
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [CALLBACK],
      LogoutURLs: [CALLBACK],
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 10,
      IdTokenValidity: 20,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes' },
    },
  },
  Style: {
    Type: 'AWS::Cognito::ManagedLoginBranding',
    Properties: { UserPoolId: { Ref: 'People' }, ClientId: { Ref: 'Page' }, UseCognitoProvidedValues: true },
  },
  Admins: { Type: 'AWS::Cognito::UserPoolGroup', Properties: { UserPoolId: { Ref: 'People' }, GroupName: 'admins' } },
});

async function boot(resources: Readonly<Record<string, object>>) {
  const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  const template = join(folder, 'template.json');
  const write = (next: Readonly<Record<string, object>>): void =>
    writeFileSync(
      template,
      JSON.stringify({
        Resources: next,
        Outputs: {
          PoolId: { Value: { Ref: 'People' } },
          ClientId: { Value: { Ref: 'Page' } },
          Issuer: { Value: { 'Fn::GetAtt': ['People', 'ProviderURL'] } },
        },
      }),
    );
  write(resources);
  const cloud: Cloud = await createCloud({ template, port: 0 });
  closing.push(async () => {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const { PoolId: poolId = '', ClientId: clientId = '', Issuer: issuer = '' } = await cloud.deploy();
  const sdk = new CognitoIdentityProviderClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const verifier = 'v'.repeat(43);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: CALLBACK,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const hosted = `${cloud.endpoint}/_cognito/people`;
  return {
    cloud,
    sdk,
    poolId,
    issuer,
    write,
    openLogin: (): Promise<Page> => createBrowser().open(`${hosted}/login?${query.toString()}`),
    exchange: async (location: string): Promise<Record<string, string>> => {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: CALLBACK,
        code: codeIn(location),
        code_verifier: verifier,
      });
      const answer = await fetch(`${hosted}/oauth2/token`, { method: 'POST', body });
      return (await answer.json()) as Record<string, string>;
    },
  };
}

test('a stack makes all that sign-in needs: pool, trigger, client, domain, style and group', async () => {
  const { sdk, poolId, issuer, openLogin, exchange, cloud } = await boot(people());
  expect(issuer).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${poolId}`);
  expect(cloud.services.cognito.keysOf(issuer)?.keys).toHaveLength(1);
  const user = { UserPoolId: poolId, Username: 'ann@other.example' };
  await sdk.send(new AdminCreateUserCommand(user));
  await sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }));
  await sdk.send(new AdminAddUserToGroupCommand({ ...user, GroupName: 'admins' }));
  const form = await openLogin();
  expect(await form.submit({ username: 'ANN@other.example', password: PASSWORD })).toMatchObject({ location: '' });
  const { location } = await form.submit({ username: 'ann@other.example', password: PASSWORD });
  const tokens = await exchange(location);
  const access = decodeJwt(tokens['access_token'] ?? '');
  const id = decodeJwt(tokens['id_token'] ?? '');
  expect(access).toMatchObject({ scope: 'openid email', 'cognito:groups': ['admins'] });
  expect([(access.exp ?? 0) - (access.iat ?? 0), (id.exp ?? 0) - (id.iat ?? 0)]).toEqual([600, 1200]);
  const refused = await (await form.follow('signup')).submit({ username: 'eve@other.example', password: PASSWORD });
  expect(refused.alert).toBe('PreSignUp failed with error Only example.com.');
});

test('a trigger that the pool may not invoke admits nobody', async () => {
  const resources = Object.fromEntries(Object.entries(people()).filter(([id]) => id !== 'MayAsk'));
  const { sdk, poolId } = await boot(resources);
  await expect(
    sdk.send(new AdminCreateUserCommand({ UserPoolId: poolId, Username: 'ann@example.com' })),
  ).rejects.toMatchObject({ name: 'UnexpectedLambdaException', message: expect.stringContaining('AccessDenied') });
});

test('only an administrator creates users of a pool that says so', async () => {
  const { openLogin } = await boot(people({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } }));
  const form = await openLogin();
  expect(form.html).not.toContain('/signup?');
});

test('a user pool that is protected cannot be deleted', async () => {
  const { cloud, poolId } = await boot(people({ DeletionProtection: 'ACTIVE' }));
  expect(() => cloud.services.cognito.userPools.delete(poolId)).toThrow(/deletion protection is activated/);
});

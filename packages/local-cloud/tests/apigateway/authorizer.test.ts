import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deployApi, send, templateOf, type Deployed, type RawResponse } from './support/cloud.ts';
import { startIssuer, type Issuer } from './support/issuer.ts';

let issuer: Issuer;
let api: Deployed;
const jwt = (AuthorizationScopes?: string[]): object => ({
  AuthorizationType: 'JWT',
  AuthorizerId: { Ref: 'Authorizer' },
  ...(AuthorizationScopes && { AuthorizationScopes }),
});
const authorizer = (Issuer: string): object => ({
  Type: 'AWS::ApiGatewayV2::Authorizer',
  Properties: {
    ApiId: { Ref: 'Api' },
    Name: 'users',
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer, Audience: ['page', 'other-page'] },
  },
});
beforeAll(async () => {
  issuer = await startIssuer();
  api = await deployApi(
    templateOf(
      { 'GET /open': { AuthorizationType: 'NONE' }, 'GET /mine': jwt(['openid', 'admin']), 'GET /any': jwt() },
      { more: { Authorizer: authorizer(issuer.url) } },
    ),
  );
});
afterAll(async () => {
  await api.stop();
  issuer.stop();
});

const get = (path: string, token?: string): Promise<RawResponse> =>
  send(api.url, { path, ...(token !== undefined && { headers: { authorization: token } }) });
const invalid = (description: string): object => ({
  status: 401,
  headers: { 'www-authenticate': `Bearer scope="" error="invalid_token" error_description="${description}"` },
  body: '{"message":"Unauthorized"}',
});
const now = (): number => Math.floor(Date.now() / 1000);

test('a route without an authorizer asks nobody', async () => {
  expect(await get('/open')).toMatchObject({ status: 200 });
});

test('a token lets in, with or without "Bearer", and its claims reach the function as text', async () => {
  const token = await issuer.token({
    'cognito:groups': ['admins', 'not admins'],
    email_verified: true,
    address: { city: 'Seoul' },
  });
  for (const sent of [`Bearer ${token}`, `bearer ${token}`, token]) {
    const { status, body } = await get('/mine', sent);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      requestContext: {
        authorizer: {
          jwt: {
            claims: {
              sub: 'someone',
              client_id: 'page',
              scope: 'openid email',
              exp: expect.stringMatching(/^\d+$/),
              'cognito:groups': '[admins not admins]',
              email_verified: 'true',
              address: '{"city":"Seoul"}',
            },
            scopes: ['openid'],
          },
        },
      },
    });
  }
  expect(JSON.parse((await get('/any', token)).body)).toMatchObject({
    requestContext: { authorizer: { jwt: { scopes: null } } },
  });
});

describe('401 says what is wrong with', () => {
  test('no token', async () => {
    expect(await get('/mine')).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/json' },
      body: '{"message":"Unauthorized"}',
    });
  });

  test('what is none', async () => {
    expect(await get('/mine', 'Bearer nonsense')).toMatchObject(invalid('the token could not be parsed'));
  });

  test('a forged signature, and a payload that was changed', async () => {
    expect(await get('/mine', await issuer.forged())).toMatchObject(invalid('the signature is invalid'));
    const [head = '', , signature = ''] = (await issuer.token()).split('.');
    const [, other = ''] = (await issuer.token({ sub: 'admin' })).split('.');
    expect(await get('/mine', [head, other, signature].join('.'))).toMatchObject(invalid('the signature is invalid'));
  });

  test('an algorithm other than RSA, none included', async () => {
    const [, payload = ''] = (await issuer.token()).split('.');
    for (const alg of ['none', 'HS256']) {
      const head = Buffer.from(JSON.stringify({ alg, kid: 'one' })).toString('base64url');
      const description = `signing method ${alg} is invalid`;
      expect(await get('/mine', `${head}.${payload}.`)).toMatchObject(invalid(description));
    }
  });

  test('time: expired, not valid yet, issued in the future, without an end', async () => {
    expect(await get('/mine', await issuer.token({ exp: now() - 1 }))).toMatchObject(invalid('the token has expired'));
    expect(await get('/mine', await issuer.token({ nbf: now() + 100 }))).toMatchObject(
      invalid('the token is not valid yet'),
    );
    expect(await get('/mine', await issuer.token({ iat: now() + 100 }))).toMatchObject(
      invalid('the token was issued in the future'),
    );
    expect(await get('/mine', await issuer.token({ exp: undefined }))).toMatchObject(
      invalid('the claim exp is missing or invalid'),
    );
  });

  test('another issuer', async () => {
    expect(await get('/mine', await issuer.token({ iss: 'https://elsewhere.example' }))).toMatchObject(
      invalid('the token does not have a valid issuer'),
    );
  });

  test('another audience: aud counts, and client_id only without it', async () => {
    const refused = invalid('the token does not have a valid audience');
    expect(await get('/mine', await issuer.token({ client_id: 'elsewhere' }))).toMatchObject(refused);
    expect(await get('/mine', await issuer.token({ client_id: undefined }))).toMatchObject(refused);
    expect(await get('/mine', await issuer.token({ aud: 'elsewhere' }))).toMatchObject(refused);
    expect(await get('/mine', await issuer.token({ aud: ['x', 'other-page'], client_id: 'x' }))).toMatchObject({
      status: 200,
    });
  });
});

test('without one of the scopes of the route, 403', async () => {
  expect(await get('/mine', await issuer.token({ scope: 'email openid-not' }))).toMatchObject({
    status: 403,
    headers: { 'www-authenticate': expect.stringContaining('error="insufficient_scope"') },
    body: '{"message":"Forbidden"}',
  });
  expect(await get('/mine', await issuer.token({ scope: undefined }))).toMatchObject({ status: 403 });
  expect(await get('/mine', await issuer.token({ scope: 'email admin' }))).toMatchObject({ status: 200 });
  expect(await get('/any', await issuer.token({ scope: undefined }))).toMatchObject({ status: 200 });
});

test('an issuer that cannot be asked for its keys is refused when the authorizer is created', async () => {
  const template = templateOf({ 'GET /mine': jwt() }, { more: { Authorizer: authorizer('http://127.0.0.1:1') } });
  await expect(deployApi(template)).rejects.toThrow(
    'Caught exception when connecting to http://127.0.0.1:1/.well-known/openid-configuration',
  );
});

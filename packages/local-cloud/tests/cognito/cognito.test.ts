import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { InvokeTrigger } from '../../src/services/cognito/triggers.ts';
import { createBrowser } from '../../src/testing/oauth-browser.ts';
import { bootPool, CALLBACK, codeIn, PASSWORD } from './support/pool.ts';

type Pool = Awaited<ReturnType<typeof bootPool>>;
const booted: Pool[] = [];
afterEach(async () => {
  for (const pool of booted.splice(0)) await pool.close();
});

async function boot(...given: Parameters<typeof bootPool>): Promise<Pool> {
  const pool = await bootPool(...given);
  booted.push(pool);
  return pool;
}

async function addUser({ sdk, poolId }: Pool, email = 'ann@example.com'): Promise<void> {
  const user = { UserPoolId: poolId, Username: email };
  await sdk.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await sdk.send(new AdminSetUserPasswordCommand({ ...user, Password: PASSWORD, Permanent: true }));
}

test('a user signs in by managed login, and the page gets tokens that the published keys verify', async () => {
  const pool = await boot();
  await addUser(pool);
  const form = await pool.openLogin();
  expect(form).toMatchObject({ status: 200, title: 'Sign in' });
  const { location } = await form.submit({ username: 'ann@example.com', password: PASSWORD });
  expect(location).toMatch(/^http:\/\/localhost:3000\/\?code=[0-9a-f-]+&state=the-state$/);
  const answer = await pool.exchange(codeIn(location));
  expect(answer.status).toBe(200);
  const tokens = (await answer.json()) as Record<string, string>;
  expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
  const access = await pool.verify(tokens['access_token'] ?? '');
  const id = await pool.verify(tokens['id_token'] ?? '');
  expect(access).toMatchObject({
    token_use: 'access',
    client_id: pool.clientId,
    scope: 'openid email profile',
    version: 2,
  });
  expect(access.aud).toBeUndefined();
  expect(access['email']).toBeUndefined();
  expect(id).toMatchObject({
    token_use: 'id',
    aud: pool.clientId,
    nonce: 'the-nonce',
    email: 'ann@example.com',
    sub: access.sub,
  });
});

test('a wrong password, an unknown user and a disabled user get no code', async () => {
  const pool = await boot();
  await addUser(pool);
  const form = await pool.openLogin();
  for (const fields of [
    { username: 'ann@example.com', password: 'Wrong-horse-7' },
    { username: 'nobody@example.com', password: PASSWORD },
  ]) {
    expect(await form.submit(fields)).toMatchObject({ location: '', alert: 'Incorrect username or password.' });
  }
  await pool.sdk.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: 'ann@example.com' }));
  expect(await form.submit({ username: 'ann@example.com', password: PASSWORD })).toMatchObject({
    location: '',
    alert: 'User is disabled.',
  });
});

test('a code is good once, for its own client, address and verifier', async () => {
  const pool = await boot();
  await addUser(pool);
  const code = async (): Promise<string> => {
    const form = await pool.openLogin();
    return codeIn((await form.submit({ username: 'ann@example.com', password: PASSWORD })).location);
  };
  const refused = async (answer: Promise<Response>, error: string): Promise<void> => {
    expect({ status: (await answer).status, body: await (await answer).json() }).toEqual({
      status: 400,
      body: { error },
    });
  };
  await refused(pool.exchange(await code(), { code_verifier: 'another' }), 'invalid_grant');
  await refused(pool.exchange(await code(), { redirect_uri: 'http://localhost:3000' }), 'invalid_grant');
  await refused(pool.exchange(await code(), { client_id: 'stranger' }), 'invalid_client');
  await refused(pool.exchange(await code(), { grant_type: 'password' }), 'unsupported_grant_type');
  const once = await code();
  expect((await pool.exchange(once)).status).toBe(200);
  await refused(pool.exchange(once), 'invalid_grant');
});

test('an address that is not registered to the letter is never redirected to', async () => {
  const pool = await boot();
  const browser = createBrowser();
  for (const redirect_uri of ['http://localhost:3000', 'http://evil.example/', 'http://localhost:3000/?a=b']) {
    const page = await browser.open(pool.authorizeUrl({ redirect_uri }));
    expect(page).toMatchObject({ status: 400, location: '', title: 'redirect_mismatch' });
  }
  expect((await browser.open(pool.authorizeUrl({ scope: 'openid admin' }))).location).toBe(
    `${CALLBACK}?error=invalid_scope&state=the-state`,
  );
  expect((await browser.open(pool.authorizeUrl({ prompt: 'none' }))).location).toBe(
    `${CALLBACK}?error=login_required&state=the-state`,
  );
});

test('a browser that has signed in gets the next code without a form, until it signs out', async () => {
  const pool = await boot();
  await addUser(pool);
  const browser = createBrowser();
  await pool.signIn('ann@example.com', PASSWORD, browser);
  expect((await browser.open(pool.authorizeUrl())).location).toMatch(/\?code=/);
  const query = new URLSearchParams({ client_id: pool.clientId, logout_uri: CALLBACK });
  expect((await browser.open(`${pool.discovered.end_session_endpoint}?${query.toString()}`)).location).toBe(CALLBACK);
  expect((await browser.open(pool.authorizeUrl())).location).toMatch(/\/login\?/);
  query.set('logout_uri', 'http://evil.example/');
  expect((await browser.open(`${pool.discovered.end_session_endpoint}?${query.toString()}`)).status).toBe(400);
});

test('a refresh token gives new tokens until it is revoked, or its user disabled or signed out everywhere', async () => {
  const pool = await boot();
  await addUser(pool);
  const user = { UserPoolId: pool.poolId, Username: 'ann@example.com' };
  const { refresh_token: revoked } = await pool.signIn('ann@example.com');
  const renewed = (await (await pool.refresh(revoked)).json()) as Record<string, string>;
  expect(await pool.verify(renewed['access_token'] ?? '')).toMatchObject({ token_use: 'access' });
  expect(renewed['refresh_token']).toBeUndefined();
  const body = new URLSearchParams({ token: revoked, client_id: pool.clientId });
  expect((await fetch(pool.discovered.revocation_endpoint, { method: 'POST', body })).status).toBe(200);
  expect((await pool.refresh(revoked)).status).toBe(400);

  const { refresh_token: signedOut } = await pool.signIn('ann@example.com');
  await pool.sdk.send(new AdminUserGlobalSignOutCommand(user));
  expect((await pool.refresh(signedOut)).status).toBe(400);

  const { refresh_token: disabled } = await pool.signIn('ann@example.com');
  await pool.sdk.send(new AdminDisableUserCommand(user));
  await pool.sdk.send(new AdminEnableUserCommand(user));
  expect((await pool.refresh(disabled)).status).toBe(400);
  expect((await pool.signIn('ann@example.com')).access_token).toMatch(/^ey/);
});

test('userInfo tells whose access token it is shown, and refuses an id token and a sign-in that has ended', async () => {
  const pool = await boot();
  await addUser(pool);
  const { access_token, id_token, refresh_token } = await pool.signIn('ann@example.com');
  const ask = (token: string): Promise<Response> =>
    fetch(pool.discovered.userinfo_endpoint, { headers: { authorization: `Bearer ${token}` } });
  expect(await (await ask(access_token)).json()).toMatchObject({ email: 'ann@example.com', email_verified: 'false' });
  expect((await ask(id_token)).status).toBe(401);
  const body = new URLSearchParams({ token: refresh_token, client_id: pool.clientId });
  await fetch(pool.discovered.revocation_endpoint, { method: 'POST', body });
  const refused = await ask(access_token);
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
});

test('a user whom an administrator creates must choose a password of their own', async () => {
  const pool = await boot();
  await pool.sdk.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.poolId,
      Username: 'ben@example.com',
      TemporaryPassword: 'Temporary-1',
    }),
  );
  expect(pool.events).toContainEqual({
    type: 'note',
    text: 'Cognito would mail ben@example.com: your user name is ben@example.com and your temporary password is Temporary-1',
  });
  const form = await pool.openLogin();
  const choice = await form.submit({ username: 'ben@example.com', password: 'Temporary-1' });
  expect(choice.title).toBe('Change your password');
  const again = await choice.submit({ password: 'short' });
  expect(again.alert).toBe('Password did not conform with policy: Password not long enough');
  expect((await again.submit({ password: PASSWORD })).location).toMatch(/\?code=/);
  expect((await pool.signIn('ben@example.com')).id_token).toMatch(/^ey/);
});

test('the trigger decides who may sign up, in its own words, and is told where the user comes from', async () => {
  const asked: { triggerSource?: string; userName?: string; request?: unknown }[] = [];
  const invokeTrigger: InvokeTrigger = async ({ event }) => {
    asked.push(event);
    return JSON.stringify(event).includes('eve@')
      ? { succeeded: false, payload: '{"errorType":"Error","errorMessage":"Ask an administrator"}' }
      : { succeeded: true, payload: JSON.stringify(event) };
  };
  const pool = await boot({ invokeTrigger });
  const form = await (await pool.openLogin()).follow('signup');
  const refused = await form.submit({ username: 'eve@example.com', password: PASSWORD });
  expect(refused.alert).toBe('PreSignUp failed with error Ask an administrator.');
  const confirm = await refused.submit({ username: 'dan@example.com', password: PASSWORD });
  expect(confirm.title).toBe('Confirm your account');
  expect(await (await pool.openLogin()).submit({ username: 'dan@example.com', password: PASSWORD })).toMatchObject({
    location: '',
    title: 'Confirm your account',
  });
  const wrong = await confirm.submit({ code: 'x' });
  expect(wrong.alert).toMatch(/^Invalid verification code/);
  const code = /confirmation code is (\d{6})/.exec(JSON.stringify(pool.events))?.[1] ?? '';
  expect((await wrong.submit({ code })).location).toMatch(/\?code=/);
  await addUser(pool);
  expect(asked.map(({ triggerSource }) => triggerSource)).toEqual([
    'PreSignUp_SignUp',
    'PreSignUp_SignUp',
    'PreSignUp_AdminCreateUser',
  ]);
  expect(asked[1]?.request).toEqual({ userAttributes: { email: 'dan@example.com' }, validationData: null });
});

test('a trigger that gives no event back lets nobody in', async () => {
  const pool = await boot({ invokeTrigger: async () => ({ succeeded: true, payload: 'null' }) });
  await expect(addUser(pool)).rejects.toMatchObject({ name: 'InvalidLambdaResponseException' });
});

test('groups are in the tokens of their members', async () => {
  const pool = await boot();
  await addUser(pool);
  const member = { UserPoolId: pool.poolId, Username: 'ann@example.com', GroupName: 'admins' };
  await pool.sdk.send(new AdminAddUserToGroupCommand(member));
  const { access_token } = await pool.signIn('ann@example.com');
  expect((await pool.verify(access_token))['cognito:groups']).toEqual(['admins']);
  expect((await pool.sdk.send(new AdminListGroupsForUserCommand(member))).Groups).toMatchObject([
    { GroupName: 'admins' },
  ]);
  expect((await pool.sdk.send(new ListUsersInGroupCommand(member))).Users).toHaveLength(1);
  await pool.sdk.send(new AdminRemoveUserFromGroupCommand(member));
  expect((await pool.verify((await pool.signIn('ann@example.com')).access_token))['cognito:groups']).toBeUndefined();
  await expect(pool.sdk.send(new AdminAddUserToGroupCommand({ ...member, GroupName: 'others' }))).rejects.toMatchObject(
    { name: 'ResourceNotFoundException' },
  );
});

test('administrators find, list and delete users by address, without regard to case', async () => {
  const pool = await boot();
  await addUser(pool);
  await addUser(pool, 'Ben@example.com');
  const ben = { UserPoolId: pool.poolId, Username: 'ben@EXAMPLE.com' };
  const found = await pool.sdk.send(new AdminGetUserCommand(ben));
  expect(found).toMatchObject({ Enabled: true, UserStatus: 'CONFIRMED' });
  expect(found.UserAttributes).toContainEqual({ Name: 'email', Value: 'Ben@example.com' });
  await expect(addUser(pool, 'BEN@example.com')).rejects.toMatchObject({ name: 'UsernameExistsException' });
  const list = await pool.sdk.send(
    new ListUsersCommand({ UserPoolId: pool.poolId, Filter: 'email = "ben@example.com"' }),
  );
  expect(list.Users).toHaveLength(1);
  const first = await pool.sdk.send(new ListUsersCommand({ UserPoolId: pool.poolId, Limit: 1 }));
  const second = await pool.sdk.send(
    new ListUsersCommand({ UserPoolId: pool.poolId, Limit: 1, PaginationToken: first.PaginationToken }),
  );
  expect([first.Users?.length, second.Users?.length, second.PaginationToken]).toEqual([1, 1, undefined]);
  await pool.sdk.send(new AdminDeleteUserCommand(ben));
  await expect(pool.sdk.send(new AdminGetUserCommand(ben))).rejects.toMatchObject({ name: 'UserNotFoundException' });
});

test('users, keys and refresh tokens are there again after a restart', async () => {
  const stateFolder = mkdtempSync(join(tmpdir(), 'cognito-'));
  try {
    const before = await boot({ stateFolder });
    await addUser(before);
    const { access_token, refresh_token } = await before.signIn('ann@example.com');
    await before.close();
    booted.pop();
    const after = await boot({ stateFolder, reuse: before });
    expect(await after.verify(access_token)).toMatchObject({ client_id: before.clientId });
    expect((await after.refresh(refresh_token)).status).toBe(200);
    expect((await after.signIn('ann@example.com')).access_token).toMatch(/^ey/);
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
});

test('pages of any origin may ask the endpoints for programs, and none the forms', async () => {
  const pool = await boot();
  const preflight = await fetch(pool.discovered.token_endpoint, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  expect((await pool.exchange('none')).headers.get('access-control-allow-origin')).toBe('*');
  const form = await pool.openLogin();
  expect(form.headers.get('access-control-allow-origin')).toBeNull();
  expect(form.headers.get('content-security-policy')).toMatch(/form-action 'self' http:\/\/localhost:3000;/);
});

test('a form that another site has made signs nobody in', async () => {
  const pool = await boot();
  await addUser(pool);
  const action = pool.authorizeUrl().replace('oauth2/authorize', 'login');
  const foreign = await createBrowser().open(action, {
    method: 'POST',
    body: new URLSearchParams({ username: 'ann@example.com', password: PASSWORD, _csrf: 'guessed' }),
  });
  expect(foreign).toMatchObject({ location: '', alert: 'This page is out of date. Please try again.' });
});

test('what a visitor types is shown as text', async () => {
  const pool = await boot();
  const hostile = '"><script>alert(1)</script>@example.com';
  const page = await (await pool.openLogin()).submit({ username: hostile, password: 'x' });
  expect(page.html).not.toContain('<script>');
  expect(page.html).toContain('&#60;script&#62;');
});

test('the pages speak Korean to those who ask for it', async () => {
  const pool = await boot();
  expect((await pool.openLogin(createBrowser(), { lang: 'ko' })).title).toBe('로그인');
});

test('without a style of the client, the pages are unavailable, as on AWS', async () => {
  const pool = await boot({ hasBranding: false });
  expect(await pool.openLogin()).toMatchObject({
    status: 403,
    title: expect.stringMatching(/^Login pages unavailable/),
  });
});

import { expect, test } from '@jest/globals';

import { signIn } from '../../../functions/shared/stores/sign-in.ts';

const issuer = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool';
const document = {
  issuer,
  authorization_endpoint: 'https://x.auth.us-east-1.amazoncognito.com/oauth2/authorize',
  token_endpoint: 'https://x.auth.us-east-1.amazoncognito.com/oauth2/token',
  userinfo_endpoint: 'https://x.auth.us-east-1.amazoncognito.com/oauth2/userInfo',
  revocation_endpoint: 'https://x.auth.us-east-1.amazoncognito.com/oauth2/revoke',
};

function asking(answer: () => Response, endpoint?: string) {
  const asked: string[] = [];
  const ask: typeof fetch = async (url) => {
    asked.push(url instanceof Request ? url.url : url.toString());
    return answer();
  };
  return { asked, ...signIn({ issuer, poolId: 'us-east-1_pool', endpoint }, ask) };
}

test('sign-in is where the pool’s discovery document says, at the issuer', async () => {
  const { readSignIn, asked } = asking(() => Response.json(document));
  expect(await readSignIn()).toEqual({
    issuer,
    authorizationEndpoint: document.authorization_endpoint,
    tokenEndpoint: document.token_endpoint,
    userInfoEndpoint: document.userinfo_endpoint,
    revocationEndpoint: document.revocation_endpoint,
    logoutEndpoint: 'https://x.auth.us-east-1.amazoncognito.com/logout',
  });
  expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`]);
});

test('the endpoint that the SDK would use is read if it is set, and the tokens’ issuer is the same', async () => {
  const end = { ...document, end_session_endpoint: 'http://127.0.0.1:4566/x/logout' };
  const { readSignIn, asked } = asking(() => Response.json(end), 'http://127.0.0.1:4566/');
  expect(await readSignIn()).toMatchObject({ issuer, logoutEndpoint: 'http://127.0.0.1:4566/x/logout' });
  expect(asked).toEqual(['http://127.0.0.1:4566/us-east-1_pool/.well-known/openid-configuration']);
});

test.each([
  ['does not answer', () => Promise.reject(new TypeError('fetch failed')) as never],
  ['answers with an error', () => new Response('', { status: 500 })],
  ['answers with something else', () => new Response('<html>')],
  ['has no domain', () => Response.json({ ...document, authorization_endpoint: undefined })],
])('a pool that %s is asked again later', async (_, answer) => {
  await expect(asking(answer).readSignIn()).rejects.toMatchObject({ name: 'TransientError' });
});

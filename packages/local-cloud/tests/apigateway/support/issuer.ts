import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** An issuer of tokens on the loopback interface, with a discovery document and its keys. */
export type Issuer = {
  url: string;
  /** A token that is valid for an hour for the client `page`, with the scope `openid`; claims may be changed, or left out as undefined. */
  token: (claims?: Readonly<Record<string, unknown>>) => Promise<string>;
  /** The same, signed by a key that the issuer does not have. */
  forged: () => Promise<string>;
  stop: () => void;
};

export async function startIssuer(): Promise<Issuer> {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const server = createServer((request, response) => {
    const isKeys = request.url === '/keys';
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/keys` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const sign = (key: typeof own.privateKey, claims: Readonly<Record<string, unknown>>): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const payload: JWTPayload = {
      iss: url,
      sub: 'someone',
      client_id: 'page',
      scope: 'openid email',
      iat: now,
      exp: now + 3600,
      ...claims,
    };
    return new SignJWT(JSON.parse(JSON.stringify(payload)) as JWTPayload)
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(key);
  };
  return {
    url,
    token: (claims = {}) => sign(own.privateKey, claims),
    forged: () => sign(foreign.privateKey, {}),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

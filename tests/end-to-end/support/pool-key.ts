import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importJWK, SignJWT, type JWK } from 'jose';

/** Signs tokens with the key of a user pool on this machine, as only the pool can: for those that it would never give. */
export async function openPoolKey(poolId: string, stateFolder: string) {
  const journal = await readFile(join(stateFolder, 'cognito', 'user-pools.jsonl'), 'utf8');
  const last = journal
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as [id: string, pool?: { privateKey: JWK }])
    .findLast(([id]) => id === poolId);
  const jwk = last?.[1]?.privateKey;
  if (jwk === undefined) throw new Error(`There is no key of ${poolId} in ${stateFolder}.`);
  const key = await importJWK(jwk, 'RS256');
  return (claims: Readonly<Record<string, unknown>>): Promise<string> =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'RS256', kid: jwk.kid ?? '' }).sign(key);
}

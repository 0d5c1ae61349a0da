import type { JSONWebKeySet } from 'jose';
import { realTime } from '../../core/clock.ts';

/** API Gateway gives up on an issuer after this long. */
const TIMEOUT_MS = 1500;
/** And asks again after two hours at the earliest. */
const KEPT_MS = 2 * 3600 * 1000;

/** Asks issuers for their keys, by their discovery document. For issuers that do not live in this cloud. */
export function createKeysOverHttp(): (issuer: string) => Promise<JSONWebKeySet> {
  const known = new Map<string, { keys: JSONWebKeySet; age: () => number }>();
  return async (issuer) => {
    // The pools of this cloud are asked directly: one that is not among them does not exist, whatever AWS itself has.
    if (/^https:\/\/cognito-idp\./.test(issuer)) throw new Error('this cloud has no such user pool');
    const found = known.get(issuer);
    if (found !== undefined && found.age() < KEPT_MS) return found.keys;
    const { jwks_uri: uri } = await getJson<{ jwks_uri?: string }>(
      `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    if (uri === undefined) throw new Error('the discovery document has no jwks_uri');
    const keys = await getJson<JSONWebKeySet>(uri);
    known.set(issuer, { keys, age: realTime.stopwatch() });
    return keys;
  };
}

async function getJson<T>(url: string): Promise<T> {
  const answered = new AbortController();
  const late = new AbortController();
  void realTime.work(TIMEOUT_MS, answered.signal).then(() => late.abort());
  try {
    const response = await fetch(url, { signal: late.signal });
    if (!response.ok) throw new Error(`${url} answered ${String(response.status)}`);
    return (await response.json()) as T;
  } finally {
    answered.abort();
  }
}

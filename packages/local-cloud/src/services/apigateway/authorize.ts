import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { GatewayFailure } from './failures.ts';
import type { Authorizer } from './model.ts';

/** The public keys of an issuer of tokens. Rejects if the issuer cannot be asked. */
export type KeysOfIssuer = (issuer: string) => Promise<JSONWebKeySet>;

/** As functions get them: every claim is text, a list is `[one two]`. */
export type Claims = Readonly<Record<string, string>>;

/** HTTP APIs take tokens that are signed with RSA only. */
const algorithms = ['RS256', 'RS384', 'RS512'];

/**
 * Checks the token of a request as a JWT authorizer does: signature, `iss`, `aud` (else `client_id`), `exp`, `nbf`, `iat`, and that it has
 * one of the route's scopes. Throws GatewayFailure 401, or 403 for a scope that is missing.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export async function authorize(
  headers: Readonly<Record<string, string>>,
  authorizer: Authorizer,
  wanted: readonly string[],
  { keysOf, now }: { keysOf: KeysOfIssuer; now: Date },
): Promise<{ claims: Claims; scopes: readonly string[] }> {
  const sent = headers[authorizer.header]?.replace(/^bearer\s+/i, '').trim() ?? '';
  if (sent === '') throw new GatewayFailure(401, { headers: { 'www-authenticate': 'Bearer' }, authorizer: 'no token' });
  const payload = await verified(sent, authorizer, { keysOf, now });
  const { aud, client_id: clientId } = payload;
  const audience = aud === undefined ? [clientId] : [aud].flat();
  if (!audience.some((one) => typeof one === 'string' && authorizer.audience.includes(one))) {
    throw invalid('the token does not have a valid audience');
  }
  const scopes = scopesOf(payload);
  if (wanted.length > 0 && !wanted.some((scope) => scopes.includes(scope))) {
    throw new GatewayFailure(403, {
      headers: { 'www-authenticate': challenge(wanted.join(' '), 'insufficient_scope', 'insufficient scope') },
      authorizer: 'insufficient scope',
    });
  }
  return { claims: textsOf(payload), scopes: wanted.filter((scope) => scopes.includes(scope)) };
}

async function verified(
  token: string,
  { issuer }: Authorizer,
  { keysOf, now }: { keysOf: KeysOfIssuer; now: Date },
): Promise<JWTPayload> {
  let algorithm: string | undefined;
  try {
    ({ alg: algorithm } = decodeProtectedHeader(token));
  } catch {
    throw invalid('the token could not be parsed');
  }
  if (!algorithms.includes(algorithm ?? '')) throw invalid(`signing method ${algorithm ?? 'none'} is invalid`);
  let keys: JSONWebKeySet;
  try {
    keys = await keysOf(issuer);
  } catch {
    throw invalid('OIDC discovery endpoint communication error');
  }
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      algorithms,
      issuer,
      requiredClaims: ['exp'],
      currentDate: now,
    });
    const { iat } = payload;
    if (iat !== undefined && iat > Math.floor(now.getTime() / 1000))
      throw invalid('the token was issued in the future');
    return payload;
  } catch (error) {
    if (error instanceof GatewayFailure) throw error;
    throw invalid(reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'the token does not have a valid issuer';
    if (error.claim === 'nbf') return 'the token is not valid yet';
    return `the claim ${error.claim} is missing or invalid`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'unable to find a signing key that matches the token';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is invalid';
  return 'the token could not be verified';
}

function invalid(description: string): GatewayFailure {
  return new GatewayFailure(401, {
    headers: { 'www-authenticate': challenge('', 'invalid_token', description) },
    authorizer: description,
  });
}

function challenge(scope: string, error: string, description: string): string {
  return `Bearer scope="${scope}" error="${error}" error_description="${description}"`;
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  return [scope, scp].flat().flatMap((one) => (typeof one === 'string' ? one.split(' ') : []));
}

function textsOf(payload: JWTPayload): Claims {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`;
  return JSON.stringify(value);
}

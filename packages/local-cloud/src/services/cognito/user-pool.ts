import type { JWK } from 'jose';

export type UserPoolSettings = {
  name: string;
  tier: string;
  /** E-mail addresses are compared with regard to case. */
  caseSensitive: boolean;
  /** Only administrators create users: managed login offers no sign-up. */
  adminCreateUserOnly: boolean;
  deletionProtection: 'ACTIVE' | 'INACTIVE';
  /** ARN of the function (or alias) that decides who may sign up. */
  preSignUpArn?: string;
};

export type UserPool = UserPoolSettings & {
  id: string;
  arn: string;
  /** The RSA key that signs this pool's tokens. It stays the same for the life of the pool. */
  privateKey: JWK;
  /** Names of groups, with their descriptions. */
  groups: Readonly<Record<string, { description?: string; createdAt: string }>>;
  /** The prefix of the domain that managed login is served under. */
  domain?: string;
  createdAt: string;
};

export type Client = {
  id: string;
  userPoolId: string;
  name: string;
  callbackUrls: readonly string[];
  logoutUrls: readonly string[];
  scopes: readonly string[];
  /** Milliseconds. */
  accessTokenMs: number;
  idTokenMs: number;
  refreshTokenMs: number;
  /** Without a style, managed login shows "Login pages unavailable", as on AWS. */
  hasBranding: boolean;
};

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD';

export type User = {
  userPoolId: string;
  /** The UUID that is also the user name of a pool whose users sign in by e-mail. */
  sub: string;
  email: string;
  /** Further attributes, `email` and `email_verified` included; `sub` is not. */
  attributes: Readonly<Record<string, string>>;
  status: UserStatus;
  enabled: boolean;
  groups: readonly string[];
  passwordHash?: string;
  confirmationCode?: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  modifiedAt: string;
};

/** `https://cognito-idp.<region>.amazonaws.com/<pool>`: what tokens name as their issuer, here as on AWS. */
export function issuerOf(region: string, userPoolId: string): string {
  return `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
}

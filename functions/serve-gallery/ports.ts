import type { RecipeName } from '../shared/images/recipe.ts';
import type { PageFiles } from './page-files.ts';

/** Where people sign in; absolute URLs. */
export type SignIn = {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userInfoEndpoint: string;
  revocationEndpoint: string;
  logoutEndpoint: string;
};

/** Which versions of a function get its invocations: `weights` of the others, 0 to 1, and `version` the rest. */
export type Routing = { version: string; weights: Readonly<Record<string, number>> };

/** What serve-gallery asks of the world. */
export type Ports = {
  page: PageFiles;
  region: string;
  clientId: string;
  /** Origins of the buckets, as browsers reach them. */
  uploadsOrigin: string;
  thumbnailsOrigin: string;
  /** Cached. Its errors may be temporary. */
  readSignIn: () => Promise<SignIn>;
  /** At most five seconds old. */
  readRoutings: () => Promise<Readonly<Record<RecipeName, Routing>>>;
  /** Log lines: what went wrong without being the visitor's business. */
  warn: (what: string, error: unknown) => void;
};

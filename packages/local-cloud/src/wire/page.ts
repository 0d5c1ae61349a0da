import type { IsOwnHost } from './own-host.ts';

/** A page in somebody's browser that sent a request to us without being one of ours. */
export type Page = {
  /** As the browser tells it; `null` or `unknown` where it does not. */
  origin: string;
  /** Served from this machine (at another port), so not by a stranger. */
  isLocal: boolean;
};

type Headers = Readonly<Record<string, string>>;

/**
 * The page behind a request; undefined: none, or one of this very endpoint. A page cannot keep its browser from telling: Sec-Fetch-Site
 * comes with every request to the loopback interface, Origin with all that may change something. Where a browser tells neither (an older
 * one, or one that asks an address which is not loopback), its name has to do.
 */
export function pageBehind(headers: Headers, isOwnHost: IsOwnHost): Page | undefined {
  const { origin, 'sec-fetch-site': site } = headers;
  // A page that sends no referrers says `null` to itself, too.
  if ((site === 'same-origin' || site === 'none') && (origin === undefined || origin === 'null')) return undefined;
  const stated = origin ?? originOf(headers.referer);
  if (stated === undefined && site === undefined) {
    return isBrowser(headers) ? { origin: 'unknown', isLocal: false } : undefined;
  }
  // What is of this origin and yet comes from another site is a sandbox: an object that was opened as a page.
  if (stated === originOf(`http://${headers.host ?? ''}`) && site !== 'cross-site') return undefined;
  const isLocal = stated === undefined ? site === 'same-site' : isOwnHost(hostOf(stated));
  return { origin: stated ?? 'unknown', isLocal };
}

/** A page could not sign in a header without asking beforehand. PowerShell calls itself a browser. */
function isBrowser({ 'user-agent': agent = '', authorization }: Headers): boolean {
  return authorization === undefined && agent.startsWith('Mozilla/') && !agent.includes('PowerShell');
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url)?.origin;
}

/** Of web pages only: an extension of the browser, say, is at no host. */
function hostOf(origin: string): string | undefined {
  return /^https?:/.test(origin) ? URL.parse(origin)?.hostname : undefined;
}

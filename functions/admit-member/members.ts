/** Who may join: whole addresses, and domains whose every address may. Lower case. */
export type Members = { addresses: ReadonlySet<string>; domains: ReadonlySet<string> };

/**
 * Reads the parameter GalleryMembers: addresses (`ann@example.com`) and domains (`@example.com` or `example.com`), separated by commas or
 * spaces. Nothing named, nobody admitted.
 */
export function readMembers(text: string): Members {
  const names = text
    .split(/[\s,]+/u)
    .filter((name) => name !== '')
    .map(lowerCase);
  return {
    addresses: new Set(names.filter((name) => name.lastIndexOf('@') > 0)),
    domains: new Set(names.filter((name) => name.lastIndexOf('@') <= 0).map((name) => name.replace(/^@/u, ''))),
  };
}

/** Compared exactly, except for upper and lower case: a subdomain is another domain, and `ann+x@…` is not `ann@…`. */
export function isMember({ addresses, domains }: Members, address: string): boolean {
  const name = lowerCase(address.trim());
  // One @ and no quotes: what a quoted address means by its second @ is not worth finding out.
  const [, domain] = /^[^@\s"]+@([^@\s"]+)$/u.exec(name) ?? [];
  return domain !== undefined && (addresses.has(name) || domains.has(domain));
}

/** Of ASCII only: Unicode's rules make a `k` of the Kelvin sign (U+212A), and so of one domain another. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/gu, (letters) => letters.toLowerCase());
}

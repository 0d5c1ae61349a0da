/** The value of a cookie; undefined if the browser sent none of that name. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(/;\s*/).map((pair) => pair.split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

/** A cookie that scripts cannot read and that only the pages of one domain get. `maxAge` is in seconds; 0 deletes it. */
export function setCookie(name: string, value: string, { path, maxAge }: { path: string; maxAge: number }): string {
  return `${name}=${value}; Path=${path}; Max-Age=${String(maxAge)}; HttpOnly; SameSite=Lax`;
}

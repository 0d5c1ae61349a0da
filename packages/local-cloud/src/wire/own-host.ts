/** Says whether a request for this name of ours is answered; `host` is what the Host header says, with or without a port. */
export type IsOwnHost = (host: string | undefined) => boolean;

/** Names of the loopback interface, which nobody can make theirs; those below localhost are names of buckets. */
const LOOPBACK = /^(?:127\.0\.0\.1|\[::1\]|(?:[a-z0-9-]+\.)*localhost)$/;

/**
 * A page elsewhere may let its own name lead to 127.0.0.1 (DNS rebinding): to its browser we are then a part of that page, which may send
 * us anything and read every answer. Only the Host header tells that somebody else was meant.
 *
 * @param allowed names or addresses under which this endpoint is known besides, without a port
 */
export function ownHosts(allowed: readonly string[] = []): IsOwnHost {
  const also = new Set(allowed.map(normal));
  return (host) => {
    const name = normal((host ?? '').replace(/:\d+$/, ''));
    return LOOPBACK.test(name) || also.has(name);
  };
}

/** Is this a name or an address as a Host header has it, without scheme, port and path? */
export function isHostName(text: string): boolean {
  return /^[\w.:[\]-]+$/.test(text) && URL.parse(`http://${bracketed(text)}/`)?.hostname === normal(text);
}

function normal(name: string): string {
  return bracketed(name).toLowerCase();
}

/** An IPv6 address, which people write without the brackets that a URL has. */
function bracketed(name: string): string {
  return name.split(':').length > 2 && !name.startsWith('[') ? `[${name}]` : name;
}

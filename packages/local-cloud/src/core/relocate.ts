/** Gives a value with the URLs of queues and HTTP APIs, wherever they stand in its texts, at today's endpoint. */
export type Relocate = <T>(value: T) => T;

/**
 * A queue's URL names the endpoint, and so do outputs, variables and published versions that were made with it: at another port they would
 * lead nowhere. On AWS an endpoint stays.
 */
export function relocateTo(
  endpoint: string,
  accountId: string,
  /** Of HTTP APIs that are served at another port than before. */
  moved: readonly { from: string; to: string }[] = [],
): Relocate {
  const { protocol, hostname } = new URL(endpoint);
  const pattern = new RegExp(`${protocol}//${hostname.replaceAll('.', '\\.')}:\\d+(?=/${accountId}/)`, 'g');
  const ends = String.raw`(?![\d])`;
  const targets = new Map(moved.map(({ from, to }) => [from, to]));
  // All at once: two APIs may have changed places.
  const apis = new RegExp(`(?:${[...targets.keys()].join('|')})${ends}`, 'g');
  return <T>(value: T): T => {
    const text = JSON.stringify(value).replace(pattern, endpoint);
    return JSON.parse(targets.size === 0 ? text : text.replace(apis, (from) => targets.get(from) ?? from)) as T;
  };
}

/** Gives a value with the URLs of queues, wherever they stand in its texts, at today's endpoint. */
export type Relocate = <T>(value: T) => T;

/**
 * A queue's URL names the endpoint, and so do outputs, variables and published versions that were made with it: at another port they would
 * lead nowhere. On AWS an endpoint stays.
 */
export function relocateTo(endpoint: string, accountId: string): Relocate {
  const { protocol, hostname } = new URL(endpoint);
  const pattern = new RegExp(`${protocol}//${hostname.replaceAll('.', '\\.')}:\\d+(?=/${accountId}/)`, 'g');
  return <T>(value: T): T => JSON.parse(JSON.stringify(value).replace(pattern, endpoint)) as T;
}

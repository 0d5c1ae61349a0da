/**
 * A key as events and url-encoded listings show it: application/x-www-form-urlencoded (a space is `+`), slashes left as they are.
 */
export function formEncode(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}

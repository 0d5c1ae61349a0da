/** A value as XML: an object's members are elements in their order, a list repeats its element, undefined is left out. */
export type XmlValue =
  string | number | boolean | Date | undefined | readonly XmlValue[] | { readonly [element: string]: XmlValue };

/** Escapes text for an element or an attribute; characters that XML 1.0 cannot hold become references, as S3 writes them. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      default:
        return `&#x${(character.codePointAt(0) ?? 0).toString(16)};`;
    }
  });
}

/** One element. A list gives one element a member: `{ member: [1, 2] }` is `<member>1</member><member>2</member>`. */
export function element(name: string, value: XmlValue, namespace?: string): string {
  if (value === undefined) return '';
  if (isList(value)) return value.map((one) => element(name, one)).join('');
  const open = namespace === undefined ? name : `${name} xmlns="${namespace}"`;
  return `<${open}>${content(value)}</${name}>`;
}

function content(value: Exclude<XmlValue, undefined | readonly XmlValue[]>): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value as Record<string, XmlValue>)
    .map(([name, member]) => element(name, member))
    .join('');
}

function isList(value: XmlValue): value is readonly XmlValue[] {
  return Array.isArray(value);
}

export function document(name: string, value: XmlValue, namespace?: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, value, namespace)}`;
}

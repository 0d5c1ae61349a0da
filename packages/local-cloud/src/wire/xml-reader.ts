import { XMLParser } from 'fast-xml-parser';
import { AwsError, notImplemented } from '../core/aws-error.ts';

/** An element as it was read: its text, or its members by name; an element that is repeated is a list. */
export type XmlNode = string | readonly XmlNode[] | { readonly [element: string]: XmlNode };
export type XmlElement = { readonly [element: string]: XmlNode };

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  // The parser's own decoding knows no character references and counts entities against a limit that 1,000 keys pass.
  processEntities: false,
  tagValueProcessor: (_name, value) => decodeEntities(value),
});

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** All that XML 1.0 can carry, be it by a reference: no other control characters, no half of a pair. */
const XML_TEXT = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Throws AwsError MalformedXML for a bare ampersand, an unknown entity, and a character that XML 1.0 cannot carry, even so. */
function decodeEntities(text: string): string {
  return text.replace(
    /&(?:(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));)?/gi,
    (_whole, hex?: string, decimal?: string, name?: string) => {
      const code = hex !== undefined ? parseInt(hex, 16) : Number(decimal);
      const character = name !== undefined ? named[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
      if (character === undefined || !XML_TEXT.test(character)) throw malformedXml();
      return character;
    },
  );
}

export function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

/** The members of a document's root element. Throws AwsError MalformedXML if the body is no XML or has another root. */
export function readXml(body: Buffer, root: string): XmlElement {
  const node = parse(body)[root];
  if (node === undefined) throw malformedXml();
  return asElement(node);
}

function parse(body: Buffer): XmlElement {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    if (XML_TEXT.test(text)) return parser.parse(text) as XmlElement;
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw Object.assign(malformedXml(), { cause: error });
  }
  throw malformedXml();
}

/** The members of an element that holds elements; one that is empty has none. */
export function asElement(node: XmlNode | undefined): XmlElement {
  if (node === undefined || (typeof node === 'string' && node.trim() === '')) return {};
  if (typeof node === 'string' || isList(node)) throw malformedXml();
  return node;
}

export function textOf(element: XmlElement, name: string): string | undefined {
  const node = element[name];
  if (node === undefined || typeof node === 'string') return node;
  throw malformedXml();
}

/** All elements of that name: none, one or many. */
export function allOf(element: XmlElement, name: string): readonly XmlElement[] {
  return nodesOf(element, name).map(asElement);
}

export function allTextsOf(element: XmlElement, name: string): readonly string[] {
  return nodesOf(element, name).map((node) => {
    if (typeof node !== 'string') throw malformedXml();
    return node;
  });
}

/** Refuses, by name, an element that is not among those that are read: it would be ignored in silence. */
export function only(element: XmlElement, where: string, names: readonly string[]): XmlElement {
  const unknown = Object.keys(element).find((name) => name !== '#text' && !names.includes(name));
  if (unknown !== undefined) throw notImplemented(`the element ${unknown} of ${where}`);
  return element;
}

function nodesOf(element: XmlElement, name: string): readonly XmlNode[] {
  const node = element[name];
  if (node === undefined) return [];
  return isList(node) ? node : [node];
}

function isList(node: XmlNode): node is readonly XmlNode[] {
  return Array.isArray(node);
}

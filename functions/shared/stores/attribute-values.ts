import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What our items are made of. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

/** DynamoDB's wire form; undefined members are left out. Throws for numbers that DynamoDB has no form for. */
export function toAttribute(value: Plain): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`DynamoDB has no number ${value}`);
    return { N: String(value) };
  }
  if (isList(value)) return { L: value.map(toAttribute) };
  const members = Object.entries(value).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
  return { M: Object.fromEntries(members.map(([name, member]) => [name, toAttribute(member)])) };
}

/** The way back. Throws for the forms that our records do not use (sets, bytes, null). */
export function fromAttribute(value: AttributeValue): Plain {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.L !== undefined) return value.L.map(fromAttribute);
  if (value.M !== undefined) {
    return Object.fromEntries(Object.entries(value.M).map(([name, member]) => [name, fromAttribute(member)]));
  }
  throw new TypeError(`an attribute of a form that records do not use: ${Object.keys(value).join(', ')}`);
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { convertToAttr, convertToNative, type NativeAttributeValue } from '@aws-sdk/util-dynamodb';

/** What our items are made of. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain | undefined };

/** DynamoDB's wire form; undefined members are left out. Throws for numbers that DynamoDB has no form for. */
export function toAttribute(value: Plain): AttributeValue {
  return convertToAttr(value as NativeAttributeValue, { removeUndefinedValues: true });
}

/** The way back. Throws for the forms that our records do not use (sets, bytes, null). */
export function fromAttribute(value: AttributeValue): Plain {
  const isUsed = ['S', 'N', 'BOOL', 'L', 'M'].some((form) => form in value);
  if (!isUsed) throw new TypeError(`Records do not use attributes of this form: ${Object.keys(value).join(', ')}.`);
  return convertToNative(value) as Plain;
}

import { createHash } from 'node:crypto';
import { AwsError } from '../../core/aws-error.ts';
import type { MessageAttribute } from '../../core/delivery.ts';

/** As it goes over the wire and into the store: binary values in base64. */
export type WireAttribute = { DataType: string; StringValue?: string | undefined; BinaryValue?: string | undefined };
export type WireAttributes = Readonly<Record<string, WireAttribute>>;

/** A message in a queue. Times are milliseconds since 1970. */
export type Message = {
  id: string;
  body: string;
  attributes: WireAttributes;
  traceHeader?: string;
  senderId: string;
  /** When it was first sent: a dead-letter queue counts its retention from here as well. */
  sentAt: number;
  /** When it may next be received. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The latest receive: its receipt, and when that was. */
  receipt?: { id: string; at: number };
  /** ARN of the queue that gave up on it. */
  deadLetteredFrom?: string;
  /** When it came to a dead-letter queue. */
  deadLetteredAt?: number;
};

/** What a sender gives. */
export type Draft = Pick<Message, 'body' | 'attributes' | 'traceHeader' | 'senderId'> & {
  /** Instead of the queue's. */
  delaySeconds?: number | undefined;
};

const attributeLimit = 10;

/** Bytes that count against the limit: the body, and each attribute's name, type and value. */
export function sizeOf({ body, attributes }: Pick<Message, 'body' | 'attributes'>): number {
  return Object.entries(attributes).reduce(
    (size, [name, attribute]) =>
      size + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueOf(attribute).length,
    Buffer.byteLength(body),
  );
}

/** Throws AwsError for what SQS does not take in a standard queue. */
export function checkDraft({ body, attributes }: Pick<Draft, 'body' | 'attributes'>): void {
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  checkCharacters(body, 'The message body');
  const names = Object.keys(attributes);
  if (names.length > attributeLimit) {
    throw new AwsError(
      'InvalidParameterValue',
      `A message has at most ${attributeLimit} attributes, not ${names.length}.`,
    );
  }
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
}

// What XML 1.0 can hold: other characters are refused on AWS too.
const allowedText = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

function checkCharacters(text: string, what: string): void {
  if (!allowedText.test(text)) {
    throw new AwsError('InvalidMessageContents', `${what} contains characters outside the allowed set.`);
  }
}

function checkAttribute(name: string, attribute: WireAttribute): void {
  const refuse = (why: string): never => {
    throw new AwsError('InvalidParameterValue', `The message attribute '${name}' ${why}.`);
  };
  if (!/^[\w.-]{1,256}$/.test(name) || /^\.|\.$|\.\./.test(name) || /^(aws|amazon)\./i.test(name)) {
    refuse('has an invalid name: up to 256 letters, digits, "_", "-" and single "." inside; no prefix AWS. or Amazon.');
  }
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(attribute.DataType)?.[1];
  if (kind === undefined || attribute.DataType.length > 256) {
    refuse(`has the data type ${attribute.DataType}: it must begin with String, Number or Binary`);
  }
  if ((kind === 'Binary' ? attribute.BinaryValue : attribute.StringValue) === undefined) {
    refuse(`of type ${attribute.DataType} must have a ${kind === 'Binary' ? 'BinaryValue' : 'StringValue'}`);
  }
  if (valueOf(attribute).length === 0) refuse('must not be empty');
  if (kind === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(attribute.StringValue ?? '')) {
    refuse(`is no number: ${attribute.StringValue ?? ''}`);
  }
  if (attribute.StringValue !== undefined) checkCharacters(attribute.StringValue, `The message attribute '${name}'`);
}

function isBinary(attribute: WireAttribute): boolean {
  return attribute.DataType.startsWith('Binary');
}

function valueOf(attribute: WireAttribute): Buffer {
  return isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
    : Buffer.from(attribute.StringValue ?? '');
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The digest that clients verify: names in order; each of name, type and value after its length, the value after a byte for its transport. */
export function md5OfAttributes(attributes: WireAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name] as WireAttribute;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.of(isBinary(attribute) ? 2 : 1));
    add(valueOf(attribute));
  }
  return hash.digest('hex');
}

export function toWire(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, WireAttribute> {
  return mapValues(attributes, ({ dataType, stringValue, binaryValue }) => ({
    DataType: dataType,
    ...(stringValue !== undefined && { StringValue: stringValue }),
    ...(binaryValue !== undefined && { BinaryValue: Buffer.from(binaryValue).toString('base64') }),
  }));
}

export function fromWire(attributes: WireAttributes): Record<string, MessageAttribute> {
  return mapValues(attributes, ({ DataType, StringValue, BinaryValue }) => ({
    dataType: DataType,
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue, 'base64') }),
  }));
}

function mapValues<A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

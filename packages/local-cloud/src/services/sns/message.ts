import { AwsError, notImplemented } from '../../core/aws-error.ts';
import type { MessageAttribute } from '../../core/delivery.ts';

/** What a publisher gives. */
export type Draft = {
  message: string;
  subject?: string;
  /** `json`: the message is an object with a text for each protocol. */
  structure?: string;
  attributes: Readonly<Record<string, MessageAttribute>>;
  traceHeader?: string;
};

const largest = 262_144;

/** The message's text by protocol. Throws AwsError InvalidParameter for what SNS does not take. */
export function checkMessage(draft: Draft): Readonly<Record<string, string>> & { default: string } {
  const { message, subject, structure, attributes } = draft;
  if (message === '') throw invalid('Empty message');
  if (subject !== undefined && !/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid('Subject');
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  if (sizeOf(draft) > largest) throw invalid('Message too long');
  if (structure === undefined) return { default: message };
  if (structure !== 'json') throw invalid('MessageStructure');
  return readStructure(message);
}

function readStructure(message: string): Readonly<Record<string, string>> & { default: string } {
  const parsed = parseJson(message);
  if (typeof parsed !== 'object' || parsed === null)
    throw invalid('Message Structure - JSON message body failed to parse');
  const texts = Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const fallback = texts.find(([protocol]) => protocol === 'default')?.[1];
  if (fallback === undefined) throw invalid('Message Structure - No default entry in JSON message body');
  return { ...Object.fromEntries(texts), default: fallback };
}

function sizeOf({ message, attributes }: Draft): number {
  return Object.entries(attributes).reduce(
    (size, [name, { dataType, stringValue = '', binaryValue }]) =>
      size +
      Buffer.byteLength(name) +
      Buffer.byteLength(dataType) +
      (binaryValue?.length ?? Buffer.byteLength(stringValue)),
    Buffer.byteLength(message),
  );
}

function checkAttribute(name: string, { dataType, stringValue, binaryValue }: MessageAttribute): void {
  const refuse = (why: string): never => {
    throw new AwsError('ParameterValueInvalid', `The message attribute '${name}' ${why}.`);
  };
  if (!/^[\w.-]{1,256}$/.test(name) || /^\.|\.$|\.\.|^(aws|amazon)\./i.test(name)) refuse('has an invalid name');
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(dataType)?.[1];
  if (kind === undefined) {
    refuse(`has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String`);
  }
  if (kind === 'Binary' ? !binaryValue?.length : !stringValue)
    refuse(`must contain a non-empty value of type ${dataType}`);
  if (kind === 'Number' && Number.isNaN(Number(stringValue))) refuse(`is no number: ${stringValue ?? ''}`);
  if (dataType === 'String.Array' && !Array.isArray(parseJson(stringValue ?? ''))) {
    throw notImplemented(`a String.Array that is no JSON array (the message attribute '${name}')`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(why: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${why}`);
}

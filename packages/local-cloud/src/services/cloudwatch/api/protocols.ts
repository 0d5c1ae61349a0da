import { gunzipSync } from 'node:zlib';
import { AwsError } from '../../../core/aws-error.ts';
import { awsJson, type JsonOperation } from '../../../wire/json.ts';
import type { Api, WireRequest } from '../../../wire/messages.ts';
import { awsQuery } from '../../../wire/query.ts';
import type { XmlValue } from '../../../wire/xml.ts';

/** The codes of errors in the query protocol, where they differ from the JSON protocol's. */
const queryCodes: Readonly<Record<string, string>> = {
  ValidationException: 'ValidationError',
  InvalidParameterValueException: 'InvalidParameterValue',
  InvalidParameterCombinationException: 'InvalidParameterCombination',
  MissingRequiredParameterException: 'MissingParameter',
  LimitExceededFault: 'LimitExceeded',
  InvalidFormatFault: 'InvalidFormat',
};

const LARGEST_BODY = 1024 * 1024;

/** One table of operations, two protocols: AWS JSON 1.0 for today's clients, query for older ones. */
export function bothProtocols(operations: Readonly<Record<string, JsonOperation>>): Api {
  const namespace = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
  const json = awsJson(
    'monitoring',
    mapValues(operations, (run) => async (input, request) => toJson(await run(input, request)) as object),
  ).handle;
  const query = awsQuery(
    'monitoring',
    namespace,
    mapValues(operations, (run) => async (input, request) => {
      try {
        return toXml(await run(input, request));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        throw new AwsError(queryCodes[error.code] ?? error.code, error.message, error.status);
      }
    }),
  );
  return {
    signingName: 'monitoring',
    handle: async (sent) => {
      const request = uncompressed(sent);
      if (request.headers['content-type']?.startsWith('application/x-amz-json') !== true) return query.handle(request);
      const response = await json(request);
      const code = response.headers?.['x-amzn-errortype'];
      if (code === undefined) return response;
      const fault = response.status < 500 ? 'Sender' : 'Receiver';
      const error = `${queryCodes[code] ?? code};${fault}`;
      return { ...response, headers: { ...response.headers, 'x-amzn-query-error': error } };
    },
  };
}

/** Clients compress what is larger than some kilobytes. */
function uncompressed(request: WireRequest): WireRequest {
  if (request.headers['content-encoding'] !== 'gzip') return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: LARGEST_BODY }) };
  } catch {
    throw new AwsError('SerializationException', `The body is no gzip of at most ${String(LARGEST_BODY)} bytes.`);
  }
}

/** Moments are seconds since 1970. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  return typeof value === 'object' && value !== null ? mapValues(value as Record<string, unknown>, toJson) : value;
}

/** The members of answers whose names are data: they are entries, for `p99.9` is no name of an element that clients know. */
const maps = new Set(['ExtendedStatistics']);

/** Each list is one of members. */
function toXml(value: unknown): XmlValue {
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return { member: value.map(toXml) };
  if (typeof value !== 'object' || value === null) return value as string | number | boolean | undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      maps.has(name) && typeof member === 'object' && member !== null && !Array.isArray(member)
        ? { entry: Object.entries(member).map(([key, one]: [string, unknown]) => ({ key, value: toXml(one) })) }
        : toXml(member),
    ]),
  );
}

function mapValues<A, B>(object: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

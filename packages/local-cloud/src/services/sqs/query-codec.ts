import { AwsError, notImplemented } from '../../core/aws-error.ts';
import type { JsonOperation } from '../../wire/json.ts';
import type { Api } from '../../wire/messages.ts';
import { awsQuery, type QueryInput, type QueryValue } from '../../wire/query.ts';
import type { XmlValue } from '../../wire/xml.ts';
import { asSqs, queryCode } from './error-codes.ts';

/**
 * The query protocol of older clients over the same operations. It flattens lists and maps under names of their own: those tables are
 * all that the two protocols do not share.
 */
const lists = new Map(
  Object.entries({
    AttributeName: 'AttributeNames',
    MessageAttributeName: 'MessageAttributeNames',
    MessageSystemAttributeName: 'MessageSystemAttributeNames',
    TagKey: 'TagKeys',
  }),
);
const maps = new Map(
  Object.entries({
    Attribute: 'Attributes',
    MessageAttribute: 'MessageAttributes',
    MessageSystemAttribute: 'MessageSystemAttributes',
    Tag: 'Tags',
  }),
);
const entries = /^(SendMessage|DeleteMessage|ChangeMessageVisibility)BatchRequestEntry$/;

export function queryProtocol(operations: Readonly<Record<string, JsonOperation>>): Api['handle'] {
  return awsQuery(
    'sqs',
    'http://queue.amazonaws.com/doc/2012-11-05/',
    Object.fromEntries(
      Object.entries(operations).map(([name, run]) => [
        name,
        async (input, request) => {
          try {
            // Older clients name the queue by the path that they post to.
            const QueueUrl = input['QueueUrl'] ?? (request.path === '/' ? undefined : request.path);
            const output = await run(
              { ...readMembers(name, input), ...(QueueUrl !== undefined && !queueless.has(name) && { QueueUrl }) },
              request,
            );
            return writeMembers(name, output);
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            const { code, message, status } = asSqs(error);
            throw new AwsError(queryCode(code), message, status);
          }
        },
      ]),
    ),
  ).handle;
}

const queueless = new Set([
  'CreateQueue',
  'GetQueueUrl',
  'ListQueues',
  'StartMessageMoveTask',
  'ListMessageMoveTasks',
  'CancelMessageMoveTask',
]);

function readMembers(operation: string, input: QueryInput): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]): [string, unknown] => {
      const list = lists.get(name);
      // CreateQueue alone has its tags in lower case.
      const map = name === 'Tag' && operation === 'CreateQueue' ? 'tags' : maps.get(name);
      if (list !== undefined) return [list, value];
      if (map !== undefined) return [map, readMap(name, value)];
      if (entries.test(name)) return ['Entries', membersOf(name, value).map((one) => readMembers(operation, one))];
      return [name, value];
    }),
  );
}

function readMap(name: string, value: QueryValue): Record<string, unknown> {
  return Object.fromEntries(
    membersOf(name, value).map(({ Name, Key = Name, Value }) => {
      if (typeof Key !== 'string') throw new AwsError('MissingParameter', `A ${name} has no name.`);
      return [Key, Value];
    }),
  );
}

function membersOf(name: string, value: QueryValue): QueryInput[] {
  if (!Array.isArray(value)) throw new AwsError('InvalidParameterValue', `${name} must be numbered: ${name}.1, …`);
  return value.filter((one): one is QueryInput => typeof one === 'object' && !Array.isArray(one));
}

function writeMembers(operation: string, output: object): XmlValue {
  return Object.fromEntries(
    Object.entries(output).map(([name, value]: [string, unknown]): [string, XmlValue] => {
      switch (name) {
        case 'Attributes':
          return ['Attribute', pairs(value, 'Name')];
        case 'MessageAttributes':
          return ['MessageAttribute', pairs(value, 'Name')];
        case 'Tags':
          return ['Tag', pairs(value, 'Key')];
        case 'QueueUrls':
        case 'queueUrls':
          return ['QueueUrl', value as string[]];
        case 'Messages':
          return ['Message', each(operation, value)];
        case 'Successful':
          return [`${operation}ResultEntry`, each(operation, value)];
        case 'Failed':
          return ['BatchResultErrorEntry', each(operation, value)];
        case 'Results':
          return ['ListMessageMoveTasksResultEntry', each(operation, value)];
        default:
          return [name, plain(name, value)];
      }
    }),
  );
}

function each(operation: string, value: unknown): XmlValue {
  return (value as object[]).map((one) => writeMembers(operation, one));
}

function pairs(value: unknown, key: string): XmlValue {
  return Object.entries(value as Record<string, XmlValue>).map(([name, one]) => ({ [key]: name, Value: one }));
}

function plain(name: string, value: unknown): XmlValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw notImplemented(`${name} in the query protocol`);
}

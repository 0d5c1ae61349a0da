import { crc32 } from 'node:zlib';
import { AwsError } from '../../../core/aws-error.ts';
import { awsJson, type JsonOperation } from '../../../wire/json.ts';
import type { Api, WireRequest } from '../../../wire/messages.ts';
import type { ServiceContext } from '../../../core/service-context.ts';
import { batchGetItem } from './batch-get.ts';
import type { Dynalite } from '../dynalite.ts';
import type { Dynamodb } from './types.ts';
import { metered } from '../metered.ts';
import { nameOf, tableArn, text } from './table-names.ts';
import { tableOperations } from './tables.ts';
import { createThroughput, type Throughput } from '../throughput.ts';
import { refuseUnknownMembers } from '../unknown-members.ts';

type Input = Record<string, unknown>;
type Where = Pick<ServiceContext, 'region' | 'accountId'>;

/** Operations on items: whom they concern decides whom they ask. The rest is dynalite's. */
const itemOperations = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
];

/** DynamoDB's API: AWS JSON 1.0 with a checksum of the body, which clients verify. */
export function dynamodbApi(
  context: Where & Pick<ServiceContext, 'clock'>,
  dynalite: Dynalite,
  dynamodb: Omit<Dynamodb, 'api'>,
): Api {
  const throughput = createThroughput(context.clock, (table) => dynamodb.settings(table).provisioned);
  const onItems = Object.fromEntries(
    itemOperations.map((name): [string, JsonOperation] => [name, itemOperation(name, context, dynalite, throughput)]),
  );
  const api = awsJson('dynamodb', { ...onItems, ...tableOperations(context, dynalite, dynamodb) });
  return {
    ...api,
    handle: async (request) => {
      const response = await api.handle(request);
      return {
        ...response,
        headers: { ...response.headers, 'x-amz-crc32': String(crc32(response.body ?? '')) },
      };
    },
  };
}

function itemOperation(name: string, where: Where, dynalite: Dynalite, throughput: Throughput): JsonOperation {
  return async (raw, request) => {
    const input = withTableNames(name === 'Scan' ? withoutConsistency(raw) : raw);
    refuseUnknownMembers(name, input, dynalite.types(name) ?? {});
    authorize(name, input, where, request);
    return metered(name, input, throughput, (one) =>
      name === 'BatchGetItem' ? batchGetItem(dynalite, one) : dynalite.call(name, one),
    );
  };
}

/** dynalite knows no ConsistentRead in scans: every read of a table is consistent here. */
function withoutConsistency({ ConsistentRead: consistent, ...input }: Input): Input {
  if (consistent === true && input['IndexName'] !== undefined) {
    throw new AwsError('ValidationException', 'Consistent reads are not supported on global secondary indexes');
  }
  return input;
}

function authorize(name: string, input: Input, where: Where, { authorize: ask }: WireRequest): void {
  const action = `dynamodb:${name}`;
  if (name.startsWith('Batch')) {
    for (const table of Object.keys(object(input['RequestItems']))) ask(action, tableArn(where, table));
    return;
  }
  const { TableName: table, IndexName: index } = input;
  const arn = tableArn(where, text(table));
  ask(action, typeof index === 'string' ? `${arn}/index/${index}` : arn);
}

/** A table may be named by its ARN. */
function withTableNames(input: Input): Input {
  const { TableName: table, RequestItems: requests } = input;
  return {
    ...input,
    ...(typeof table === 'string' && { TableName: nameOf(table) }),
    ...(typeof requests === 'object' &&
      requests !== null && {
        RequestItems: Object.fromEntries(
          Object.entries(requests).map(([name, value]) => [nameOf(name), value as unknown]),
        ),
      }),
  };
}

function object(value: unknown): Input {
  return typeof value === 'object' && value !== null ? (value as Input) : {};
}

import type { Provisioned } from './table-settings.ts';
import { throttled, type Throughput } from './throughput.ts';

type Input = Record<string, unknown>;
type Call = (input: Input) => Promise<Input>;
type Consumed = { TableName: string; CapacityUnits: number };

/**
 * An operation on items that spends its tables' capacity. Of a batch, what concerns an exhausted table comes back unprocessed. Throws
 * ProvisionedThroughputExceededException where nothing is left to do.
 */
export async function metered(name: string, input: Input, throughput: Throughput, call: Call): Promise<Input> {
  const kind = /^(Get|Query|Scan|BatchGet)/.test(name) ? 'read' : 'write';
  const requests = input['RequestItems'] as Input | undefined;
  const tables = requests === undefined ? [String(input['TableName'])] : Object.keys(requests);
  if (!tables.some(throughput.isProvisioned)) return call(input);

  const exhausted = tables.filter((table) => throughput.isExhausted(table, kind));
  if (exhausted.length === tables.length) throw throttled();
  const possible = requests && pick(requests, (table) => !exhausted.includes(table));
  const asked = input['ReturnConsumedCapacity'];
  const output = await call({
    ...input,
    ...(possible && { RequestItems: possible }),
    ReturnConsumedCapacity: asked === 'INDEXES' ? 'INDEXES' : 'TOTAL',
  });
  const { ConsumedCapacity: consumed, ...rest } = output;
  for (const { TableName: table, CapacityUnits: units } of [consumed ?? []].flat() as Consumed[]) {
    throughput.spend(table, kind, units);
  }
  return {
    ...(asked === 'INDEXES' || asked === 'TOTAL' ? output : rest),
    ...(requests &&
      unprocessed(
        kind,
        output,
        pick(requests, (table) => exhausted.includes(table)),
      )),
  };
}

function unprocessed(kind: keyof Provisioned, output: Input, requests: Input): Input {
  const member = kind === 'read' ? 'UnprocessedKeys' : 'UnprocessedItems';
  return { [member]: { ...(output[member] as Input | undefined), ...requests } };
}

function pick(requests: Input, keep: (table: string) => boolean): Input {
  return Object.fromEntries(Object.entries(requests).filter(([table]) => keep(table)));
}

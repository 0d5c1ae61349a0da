import type { Dynalite } from '../dynalite.ts';
import type { Item } from '../table.ts';

type Asked = { Keys: Item[] } & Record<string, unknown>;
type Requests = Record<string, Asked>;
type Consumed = { TableName: string; CapacityUnits: number; Table?: { CapacityUnits: number } };
type Output = {
  Responses: Record<string, Item[]>;
  UnprocessedKeys: Requests;
  ConsumedCapacity?: Consumed[];
};

/** DynamoDB's limit, in bytes of items, for one answer. */
const MOST_BYTES = 16 * 1024 ** 2;

/**
 * BatchGetItem up to 16 MB an answer; what is beyond comes back in UnprocessedKeys, as it was asked for. dynalite ends at one (and forgets
 * projections): it is asked again for what it has left, key by key.
 */
export async function batchGetItem(
  { call, sizeOf }: Pick<Dynalite, 'call' | 'sizeOf'>,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const requests = input['RequestItems'] as Requests;
  const ask = async (wanted: Requests): Promise<Output> =>
    (await call('BatchGetItem', structuredClone({ ...input, RequestItems: wanted }))) as Output;

  const output = await ask(requests);
  const left = Object.entries(output.UnprocessedKeys).flatMap(([table, { Keys: keys }]) =>
    keys.map((key) => ({ table, key })),
  );
  if (left.length === 0) return output;

  let bytes = sum(Object.values(output.Responses).flat().map(sizeOf));
  const unprocessed: Requests = {};
  for (const { table, key } of left) {
    const asked = requests[table] ?? { Keys: [] };
    const one = bytes < MOST_BYTES ? await ask({ [table]: { ...asked, Keys: [key] } }) : undefined;
    const [item] = one?.Responses[table] ?? [];
    const size = item === undefined ? 0 : sizeOf(item);
    if (one === undefined || bytes + size > MOST_BYTES) {
      bytes = MOST_BYTES;
      (unprocessed[table] ??= { ...asked, Keys: [] }).Keys.push(key);
      continue;
    }
    bytes += size;
    if (item !== undefined) (output.Responses[table] ??= []).push(item);
    spend(output, table, one.ConsumedCapacity);
  }
  return { ...output, UnprocessedKeys: unprocessed };
}

/** A key that is left has been counted as a unit, which it is no longer. */
function spend({ ConsumedCapacity: consumed = [] }: Output, table: string, more: readonly Consumed[] = []): void {
  const total = consumed.find(({ TableName: name }) => name === table);
  if (total === undefined) return;
  const units = sum(more.map(({ CapacityUnits: one }) => one)) - 1;
  total.CapacityUnits += units;
  if (total.Table !== undefined) total.Table.CapacityUnits += units;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

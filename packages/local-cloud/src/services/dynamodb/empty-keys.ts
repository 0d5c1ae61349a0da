import type { Item, Table } from './table.ts';

/** What dynalite exports to its own actions, as far as it is watched here. */
export type Internals = {
  validationError: (message: string) => Error;
  validateItem: (item: Item, table: Table) => Error | undefined;
  traverseIndexes: <T>(
    table: Table,
    visit: (attribute: string, type: string, index: { IndexName: string }) => T | undefined,
  ) => T | undefined;
  updateIndexes: (
    store: unknown,
    table: Table,
    before: Item | undefined,
    after: Item | null,
    callback: (error?: Error | null) => void,
  ) => void;
  itemSize: (item: Item) => number;
};

const watched = new WeakSet<Internals>();

/**
 * Refuses an empty string or empty bytes as the key of a secondary index, as DynamoDB does and dynalite does not. An attribute that was
 * empty before its index was there keeps its item out of that index, until it is changed.
 */
export function refuseEmptyIndexKeys(internals: Internals): void {
  if (watched.has(internals)) return;
  watched.add(internals);
  const { validateItem, updateIndexes } = internals;
  const refusal = (what: string, item: Item, table: Table, before?: Item): Error | undefined =>
    internals.traverseIndexes(table, (attribute, type, { IndexName: index }) => {
      if (!isEmpty(item[attribute]) || isEmpty(before?.[attribute])) return undefined;
      return internals.validationError(
        `One or more parameter values are not valid. ${what} The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. IndexName: ${index}, IndexKey: ${attribute}`,
      );
    });

  internals.validateItem = (item, table) =>
    validateItem(item, table) ?? refusal('A value specified for a secondary index key is not supported.', item, table);

  internals.updateIndexes = (store, table, before, after, callback) => {
    const refused =
      after === null
        ? undefined
        : refusal(
            'The update expression attempted to update a secondary index key to a value that is not supported.',
            after,
            table,
            before,
          );
    if (refused !== undefined) callback(refused);
    else updateIndexes(store, table, before && indexed(before, table), after && indexed(after, table), callback);
  };

  /** Without those keys that would lead to nowhere. */
  function indexed(item: Item, table: Table): Item {
    const empty = new Set<string>();
    internals.traverseIndexes(table, (attribute) => {
      if (isEmpty(item[attribute])) empty.add(attribute);
    });
    return empty.size === 0 ? item : Object.fromEntries(Object.entries(item).filter(([name]) => !empty.has(name)));
  }
}

/** Throws DynamoDB's error for a query for what no key can be. */
export function refuseEmptyKeyConditions(internals: Internals, input: Record<string, unknown>): void {
  const conditions = (input['KeyConditions'] ?? {}) as Record<string, { AttributeValueList?: unknown[] }>;
  for (const [attribute, { AttributeValueList: values = [] }] of Object.entries(conditions)) {
    if (!values.some(isEmpty)) continue;
    throw internals.validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${attribute}`,
    );
  }
}

function isEmpty(value: unknown): boolean {
  const { S: text, B: bytes } = (value ?? {}) as { S?: unknown; B?: unknown };
  return text === '' || bytes === '';
}

/** What a table has besides dynalite's description of it. */
export type TableSettings = {
  deletionProtection: boolean;
  /** The attribute that holds when an item expires, in seconds since 1970; absent: items do not expire. */
  timeToLive?: string;
  /** Kept and described; there is nothing to restore from. */
  pointInTimeRecovery: boolean;
  /** Absent: paid per request, so never throttled. */
  provisioned?: Provisioned;
};

/** Units a second. */
export type Provisioned = { read: number; write: number };

/** The settings, with the throughput that DynamoDB describes the table with. */
export function withThroughput(settings: TableSettings, table: Readonly<Record<string, unknown>>): TableSettings {
  const throughput = table['ProvisionedThroughput'] as
    { ReadCapacityUnits?: number; WriteCapacityUnits?: number } | undefined;
  const { ReadCapacityUnits: read = 0, WriteCapacityUnits: write = 0 } = throughput ?? {};
  if (read > 0 && write > 0) return { ...settings, provisioned: { read, write } };
  const paidPerRequest = { ...settings };
  delete paidPerRequest.provisioned;
  return paidPerRequest;
}

export const defaultSettings: TableSettings = { deletionProtection: false, pointInTimeRecovery: false };

import type { Dynalite } from './dynalite.ts';
import type { Table } from './table.ts';

type Wanted = {
  BillingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
  ProvisionedThroughput?: { ReadCapacityUnits: number; WriteCapacityUnits: number };
};

/** Changes how a table is paid for, and how much it may read and write in a second. */
export async function changeThroughput(dynalite: Dynalite, table: Table, wanted: Wanted): Promise<void> {
  const { BillingMode, ProvisionedThroughput } = wanted;
  const { BillingModeSummary: summary, ProvisionedThroughput: present } = table as {
    BillingModeSummary?: { BillingMode?: string };
    ProvisionedThroughput?: Required<Wanted>['ProvisionedThroughput'];
  };
  const same =
    (summary?.BillingMode ?? 'PROVISIONED') === BillingMode &&
    (BillingMode === 'PAY_PER_REQUEST' ||
      (present?.ReadCapacityUnits === ProvisionedThroughput?.ReadCapacityUnits &&
        present?.WriteCapacityUnits === ProvisionedThroughput?.WriteCapacityUnits));
  if (same) return;
  await dynalite.call('UpdateTable', {
    TableName: table.TableName,
    BillingMode,
    ...(BillingMode === 'PROVISIONED' && ProvisionedThroughput && { ProvisionedThroughput }),
  });
}

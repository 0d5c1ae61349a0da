import type { Dynalite } from './dynalite.ts';
import type { Table } from './table.ts';

/** Gives a table these tags and no others. */
export async function changeTags(
  dynalite: Dynalite,
  table: Table,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const ResourceArn = table['TableArn'];
  const { Tags: present = [] } = (await dynalite.call('ListTagsOfResource', { ResourceArn })) as {
    Tags?: { Key: string }[];
  };
  const gone = present.map(({ Key }) => Key).filter((key) => !Object.hasOwn(wanted, key));
  if (gone.length > 0) await dynalite.call('UntagResource', { ResourceArn, TagKeys: gone });
  const Tags = Object.entries(wanted).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length > 0) await dynalite.call('TagResource', { ResourceArn, Tags });
}

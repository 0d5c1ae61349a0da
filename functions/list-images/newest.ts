import type { ListedImage, Ports } from './ports.ts';

type Partition = { name: string; next: ListedImage[]; more: boolean };

/**
 * The newest images of an owner, over all partitions, from just before a position. `last` is where the next page begins; absent at the end.
 * Of each partition a little more than its share is read, and more only of one that turns out to hold more.
 */
export async function newest(
  { partitionsOf, listPartition }: Pick<Ports, 'partitionsOf' | 'listPartition'>,
  owner: string,
  before: string | undefined,
  limit: number,
): Promise<{ imageIds: string[]; last?: string }> {
  const partitions = partitionsOf(owner).map((name): Partition => ({ name, next: [], more: true }));
  const share = Math.min(limit, Math.ceil((limit / partitions.length) * 1.5) + 2);
  const taken: ListedImage[] = [];
  const positions = new Map<Partition, string>();

  /** Which image comes next cannot be said before every partition has one to offer, or is at its end. */
  async function fill(): Promise<void> {
    const empty = partitions.filter(({ next, more }) => next.length === 0 && more);
    await Promise.all(
      empty.map(async (partition) => {
        const { images, more } = await listPartition(partition.name, positions.get(partition) ?? before, share);
        const last = images.at(-1);
        if (last !== undefined) positions.set(partition, last.position);
        Object.assign(partition, { next: images, more: more && last !== undefined });
      }),
    );
  }

  while (taken.length < limit) {
    await fill();
    const best = partitions
      .filter(({ next }) => next.length > 0)
      .sort(newestFirst)[0]
      ?.next.shift();
    if (best === undefined) break;
    taken.push(best);
  }
  const last = taken.at(-1);
  const isMore = taken.length === limit && partitions.some(({ next, more }) => next.length > 0 || more);
  return { imageIds: taken.map(({ imageId }) => imageId), ...(isMore && last && { last: last.position }) };
}

/** As DynamoDB orders its sort keys: by UTF-8, of which ours are ASCII. */
function newestFirst({ next: [one] }: Partition, { next: [other] }: Partition): number {
  return (one?.position ?? '') < (other?.position ?? '') ? 1 : -1;
}

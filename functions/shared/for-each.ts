/** How many items are processed at the same time: each is little more than a request. */
const MAX_CONCURRENCY = 16;

/** Does the work for each item, a few at a time. Throws the first error after all started work has ended. */
export async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const workers = Array.from({ length: MAX_CONCURRENCY }, async () => {
    for (const item of queue) await work(item);
  });
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

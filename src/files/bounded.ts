/**
 * Does asynchronous work for each item, a bounded number at a time, started in the items' order.
 * @throws the first error; no new work is started after it
 */
export async function forEachBounded<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  async function drain(): Promise<void> {
    for (const [index, item] of queue) await work(item, index);
  }
  await Promise.all(Array.from({ length: atOnce }, drain));
}

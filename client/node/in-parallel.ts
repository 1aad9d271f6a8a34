/** Maps in order, `max` at a time. Stops at the first that fails. */
export async function inParallel<From, To>(
  items: readonly From[],
  max: number,
  task: (item: From) => Promise<To>,
): Promise<To[]> {
  const results: To[] = []
  const queue = items.entries()
  const workers = Array.from({ length: Math.min(max, items.length) }, async () => {
    for (const [i, item] of queue) results[i] = await task(item)
  })
  await Promise.all(workers)
  return results
}

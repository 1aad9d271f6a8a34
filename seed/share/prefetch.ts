/**
 * Runs a generator up to `depth` values ahead of who reads it, one step after the other.
 *
 * @param drop - Called for values that were made and never read.
 */
export async function* prefetch<T>(
  source: AsyncGenerator<T>,
  depth: number,
  drop: (value: T) => void,
): AsyncGenerator<T> {
  const ahead: Promise<IteratorResult<T, void>>[] = []
  const step = (): void => {
    const next = source.next()
    // Whoever reads meets the failure; who stopped reading need not.
    next.catch(() => undefined)
    ahead.push(next)
  }
  try {
    for (let i = 0; i < depth; i += 1) step()
    for (;;) {
      const result = await ahead.shift()
      if (result === undefined || result.done === true) return
      step()
      yield result.value
    }
  } finally {
    await source.return(undefined)
    for (const result of await Promise.allSettled(ahead)) {
      if (result.status === 'fulfilled' && result.value.done !== true) drop(result.value.value)
    }
  }
}

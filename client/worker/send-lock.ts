/** Undefined on a page without TLS: then nothing can be known of other tabs. */
const locks: LockManager | undefined = navigator.locks

/**
 * Holds the lock of a share, so that two tabs never send it at once. It goes with the page, however that ends.
 *
 * @returns What lets go of it; undefined if another tab has it.
 */
export async function takeSendLock(shareId: string): Promise<(() => void) | undefined> {
  const over = Promise.withResolvers<void>()
  if (locks === undefined) return over.resolve
  const taken = Promise.withResolvers<boolean>()
  void locks.request(nameOf(shareId), { ifAvailable: true }, async (lock) => {
    taken.resolve(lock !== null)
    if (lock !== null) await over.promise
  })
  return (await taken.promise) ? over.resolve : undefined
}

/** The shares among these that some tab is sending. */
export async function heldSends(shareIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locks?.query()) ?? {}
  const names = new Set(held.map(({ name }) => name))
  return new Set(shareIds.filter((shareId) => names.has(nameOf(shareId))))
}

/** Resolves when no other tab sends the share any more. */
export async function untilFree(shareId: string): Promise<void> {
  await locks?.request(nameOf(shareId), () => undefined)
}

function nameOf(shareId: string): string {
  return `skerry send ${shareId}`
}

/**
 * Holds the lock of a share, so that two tabs never send it at once. It goes with the page, however that ends.
 *
 * @returns What lets go of it; undefined if another tab has it.
 */
export async function takeSendLock(shareId: string): Promise<(() => void) | undefined> {
  const over = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<boolean>()
  const holding = locks()?.request(nameOf(shareId), { ifAvailable: true }, async (lock) => {
    taken.resolve(lock !== null)
    if (lock !== null) await over.promise
  })
  // Where there are none, it is nobody's.
  if (holding === undefined) taken.resolve(true)
  holding?.catch(() => taken.resolve(true))
  return (await taken.promise) ? over.resolve : undefined
}

/** The shares among these that some tab is sending. */
export async function heldSends(shareIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { held = [] } =
    (await locks()
      ?.query()
      .catch(() => undefined)) ?? {}
  const names = new Set(held.map(({ name }) => name))
  return new Set(shareIds.filter((shareId) => names.has(nameOf(shareId))))
}

/** Resolves when no other tab sends the share any more. */
export async function untilFree(shareId: string): Promise<void> {
  await locks()
    ?.request(nameOf(shareId), () => undefined)
    .catch(() => undefined)
}

/** Undefined on a page without TLS, and refused to some others: then nothing can be known of other tabs. */
function locks(): LockManager | undefined {
  return navigator.locks
}

function nameOf(shareId: string): string {
  return `skerry send ${shareId}`
}

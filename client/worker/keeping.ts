import { TransferError } from '../../protocol/errors.ts'

/**
 * For what a promise rests on.
 *
 * @throws {TransferError} DISK_FULL if the browser keeps nothing: its room is used up, or it was told so.
 */
export async function kept<T>(keep: () => Promise<T>): Promise<T> {
  try {
    return await keep()
  } catch (cause) {
    if (!isStoreFault(cause)) throw cause
    const message = 'The browser keeps nothing more for this page, or was told to keep nothing.'
    throw new TransferError('DISK_FULL', message, { cause })
  }
}

/** For what only spares a question: where the browser keeps nothing, it is as if nothing had been kept. */
export async function keptAtBest<T>(keep: () => Promise<T>): Promise<T | undefined> {
  try {
    return await keep()
  } catch (cause) {
    if (!isStoreFault(cause)) throw cause
    return undefined
  }
}

/** Where a person blocks it, the browser throws at the very question. */
function isStoreFault(cause: unknown): boolean {
  return cause instanceof DOMException
}

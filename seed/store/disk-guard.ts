import { TransferError } from '../../protocol/errors.ts'
import { FatalError, type OnFatal } from '../fatal-error.ts'

const noSpaceCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Turns what a file system says into what a store promises. After a failed sync it lets nothing through. */
export class DiskGuard {
  readonly #onFatal: OnFatal
  #fatal: FatalError | undefined

  constructor(onFatal: OnFatal) {
    this.#onFatal = onFatal
  }

  /** Runs a change. @throws {TransferError} STORE_FULL; FatalError from the first failed sync on. */
  async change<T>(operation: () => Promise<T>): Promise<T> {
    this.#check()
    try {
      const result = await operation()
      // Another change may have failed meanwhile: nothing may be promised any more.
      this.#check()
      return result
    } catch (cause) {
      if (!noSpaceCodes.has(codeOf(cause))) throw cause
      const message = 'This seed has no space left on its disk.'
      throw new TransferError('STORE_FULL', message, { cause })
    }
  }

  /** Runs a sync, of which there is no second try. @throws {FatalError} */
  async sync(operation: () => Promise<void>): Promise<void> {
    this.#check()
    try {
      await operation()
    } catch (cause) {
      const message = `The disk did not take what was written (${codeOf(cause) || 'fsync failed'}).`
      this.#fatal ??= new FatalError(message, { cause })
      this.#onFatal(this.#fatal)
      throw this.#fatal
    }
  }

  #check(): void {
    if (this.#fatal !== undefined) throw this.#fatal
  }
}

/** The code of a file system's error, such as `ENOENT`; empty for anything else. */
export function codeOf(error: unknown): string {
  const isCoded = error instanceof Error && 'code' in error && typeof error.code === 'string'
  return isCoded ? String(error.code) : ''
}

/** Turns the failure that `codes` name into undefined: nothing was there, or it was there already. */
export async function unless<T>(
  codes: readonly string[],
  operation: Promise<T>,
): Promise<T | undefined> {
  try {
    return await operation
  } catch (cause) {
    if (codes.includes(codeOf(cause))) return undefined
    throw cause
  }
}

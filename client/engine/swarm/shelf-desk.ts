import { isEqual, type Bytes } from '../../../protocol/bytes.ts'
import { engine } from '../../../protocol/crypto/engine.ts'
import { TransferError } from '../../../protocol/errors.ts'
import type { Ask } from '../../../protocol/wire/ask.ts'
import type { Hashes } from '../../../protocol/wire/hashes.ts'
import type { IndexSlice } from '../../../protocol/wire/index-slice.ts'
import type { ShareShelf } from './share-shelf.ts'

/**
 * Answers what others ask for from a shelf. Files vanish, disks and seeds fail: then there is nothing to give, and
 * it is nobody else's trouble.
 */
export class ShelfDesk {
  readonly #shelf: ShareShelf

  constructor(shelf: ShareShelf) {
    this.#shelf = shelf
  }

  /**
   * A chunk as it was published: hashed here, so that a file that changed or a store that rotted costs nobody a ban.
   *
   * @returns undefined if it is not here as published.
   */
  async chunk(index: number): Promise<Bytes | undefined> {
    const { sealed, published } = this.#shelf
    try {
      const [bytes, expected] = await Promise.all([sealed.read(index), published.chunkHash(index)])
      if (bytes === undefined || expected === undefined) return undefined
      return isEqual(await engine.sha256(bytes), expected) ? bytes : undefined
    } catch (cause) {
      if (cause instanceof TransferError) return undefined
      throw cause
    }
  }

  /** @returns undefined if it is not known here. */
  async part({ what, first, count }: Ask): Promise<Hashes | IndexSlice | undefined> {
    const { published } = this.#shelf
    try {
      if (what === 'index') {
        const bytes = published.index(first, count)
        return bytes && { type: 'index', first, bytes }
      }
      const hashes =
        what === 'extents'
          ? published.extentHashes(first, count)
          : await published.chunkHashes(first, count)
      return hashes && { type: 'hashes', what, first, hashes }
    } catch (cause) {
      if (cause instanceof TransferError) return undefined
      throw cause
    }
  }
}

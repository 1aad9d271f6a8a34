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
   * @returns missing if it is not here as published; busy if it cannot be read, as while another program has its file.
   */
  async chunk(index: number): Promise<Bytes | 'missing' | 'busy'> {
    const { sealed, published } = this.#shelf
    try {
      const [bytes, expected] = await Promise.all([sealed.read(index), published.chunkHash(index)])
      if (bytes === undefined || expected === undefined) return 'missing'
      return isEqual(await engine.sha256(bytes), expected) ? bytes : 'missing'
    } catch (cause) {
      if (!(cause instanceof TransferError)) throw cause
      return cause.code === 'FILE_UNREADABLE' ? 'busy' : 'missing'
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

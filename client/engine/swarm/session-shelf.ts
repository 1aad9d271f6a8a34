import { concat, type Bytes } from '../../../protocol/bytes.ts'
import { extentOf, HASH_BYTES } from '../../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../../protocol/limits.ts'
import type { ShareSession } from '../receive/share-session.ts'
import type { PublishedShelf } from './share-shelf.ts'

/** What a recipient knows of a share, for others who ask: nothing that it would have to ask for itself. */
export class SessionShelf implements PublishedShelf {
  readonly #session: ShareSession

  constructor(session: ShareSession) {
    this.#session = session
  }

  async chunkHash(index: number): Promise<Bytes | undefined> {
    const { record, hashes } = this.#session
    if (index >= (record.accepted?.checkpoint.chunkCount ?? 0)) return undefined
    // Of a chunk that is here the hash was known, and may have been let go since.
    await hashes.load(extentOf(index))
    return record.chunkHash(index)
  }

  extentHashes(first: number, count: number): Bytes | undefined {
    const extents = this.#session.knownRecord?.accepted?.extents ?? []
    const hashes = extents.slice(first, first + count).map(({ hash }) => hash)
    return hashes.length === 0 ? undefined : concat(...hashes)
  }

  async chunkHashes(first: number, count: number): Promise<Bytes | undefined> {
    const extents = this.#session.knownRecord?.accepted?.extents ?? []
    const parts: Bytes[] = []
    for (const { chunkHashes } of extents.slice(first, first + count)) {
      if (chunkHashes === undefined) break
      parts.push(chunkHashes)
      // None follows an incomplete one: it is the last of the share as it is now.
      if (chunkHashes.length < EXTENT_CHUNKS * HASH_BYTES) break
    }
    return parts.length === 0 ? undefined : concat(...parts)
  }

  index(first: number, count: number): Bytes | undefined {
    const slice = this.#session.indexBytes?.slice(first, first + count)
    return slice === undefined || slice.length === 0 ? undefined : slice
  }
}

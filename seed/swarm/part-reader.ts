import { concat, type Bytes } from '../../protocol/bytes.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentCountOf } from '../../protocol/hash-list.ts'
import { SEED_INDEX_CACHE_BYTES } from '../../protocol/limits.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import type { Ask } from '../../protocol/wire/ask.ts'
import type { Hashes } from '../../protocol/wire/hashes.ts'
import type { IndexSlice } from '../../protocol/wire/index-slice.ts'
import type { Share } from '../catalog/share.ts'
import type { ShareService } from '../share-service.ts'

type KeptIndex = Readonly<{ bytes: Promise<Bytes>; lengthBytes: number }>

/** Reads the parts of a share that peers ask for, one frame each: hashes, and slices of the sealed index. */
export class PartReader {
  readonly #shares: ShareService
  /** Read whole and checked, and asked for slice by slice: the last ones used, in bounded memory. */
  readonly #indexes = new Map<ShareId, KeptIndex>()
  #indexBytes = 0

  constructor(shares: ShareService) {
    this.#shares = shares
  }

  /** @param ask - Of one frame at most. @throws {TransferError} Where the share is not served, or does not have it. */
  async read(share: Share, { what, first, count }: Ask): Promise<Hashes | IndexSlice> {
    this.#shares.checkServable(share)
    const end = first + count
    switch (what) {
      case 'index': {
        const index = await this.#index(share)
        return { type: 'index', first, bytes: unlessEmpty(index.slice(first, end)) }
      }
      case 'extents': {
        const hashes = this.#shares.getExtentHashes(share, first, end)
        return { type: 'hashes', what, first, hashes: unlessEmpty(hashes) }
      }
      case 'hashes': {
        const hashes = await this.#chunkHashes(share, first, end)
        return { type: 'hashes', what, first, hashes: unlessEmpty(hashes) }
      }
    }
  }

  async #chunkHashes(share: Share, first: number, end: number): Promise<Bytes> {
    const count = Math.max(0, Math.min(end, extentCountOf(share.chunkCount)) - first)
    const extents = Array.from({ length: count }, (_, i) => first + i)
    const read = extents.map(async (extent) => this.#shares.getChunkHashes(share, extent))
    return concat(...(await Promise.all(read)))
  }

  async #index(share: Share): Promise<Bytes> {
    const kept = this.#indexes.get(share.id) ?? this.#readIndex(share)
    // The last used is the last to go.
    this.#indexes.delete(share.id)
    this.#indexes.set(share.id, kept)
    try {
      return await kept.bytes
    } catch (cause) {
      this.#forget(share.id, kept)
      throw cause
    }
  }

  #readIndex(share: Share): KeptIndex {
    const lengthBytes = share.checkpoint?.indexBytes ?? 0
    this.#indexBytes += lengthBytes
    for (const [id, oldest] of this.#indexes) {
      if (this.#indexBytes <= SEED_INDEX_CACHE_BYTES) break
      this.#forget(id, oldest)
    }
    return { bytes: this.#shares.getIndex(share), lengthBytes }
  }

  #forget(id: ShareId, kept: KeptIndex): void {
    if (this.#indexes.get(id) !== kept) return
    this.#indexes.delete(id)
    this.#indexBytes -= kept.lengthBytes
  }
}

function unlessEmpty(bytes: Bytes): Bytes {
  if (bytes.length > 0) return bytes
  throw new TransferError('CHUNK_MISSING', 'This seed does not have that part of the share.')
}

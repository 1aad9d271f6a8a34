import { Turns } from '../../client/engine/turns.ts'
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

/** Reads the parts of a share that peers ask for, one frame each: hashes, and slices of the sealed index. */
export class PartReader {
  readonly #shares: ShareService
  readonly #bytesMax: number
  /** Read whole and checked, and asked for slice by slice: the last ones used. */
  readonly #indexes = new Map<ShareId, Bytes>()
  #indexBytes = 0
  /** Being read or waiting for it, for all who ask meanwhile. */
  readonly #reads = new Map<ShareId, Promise<Bytes>>()
  /** One at a time: others choose how many shares they ask for. */
  readonly #turns = new Turns(1)

  /** @param bytesMax - Of the indexes in memory, the one being read among them: as many as the longest has, or more. */
  constructor(shares: ShareService, bytesMax = SEED_INDEX_CACHE_BYTES) {
    this.#shares = shares
    this.#bytesMax = bytesMax
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
    const kept = this.#indexes.get(share.id)
    if (kept === undefined) return this.#readOnce(share)
    // The last used is the last to go.
    this.#indexes.delete(share.id)
    this.#indexes.set(share.id, kept)
    return kept
  }

  #readOnce(share: Share): Promise<Bytes> {
    const { id } = share
    const read = async (): Promise<Bytes> =>
      this.#turns.run(() => this.#readIndex(share)).finally(() => this.#reads.delete(id))
    const reading = this.#reads.get(id) ?? read()
    this.#reads.set(id, reading)
    return reading
  }

  async #readIndex(share: Share): Promise<Bytes> {
    this.#makeRoom(share.checkpoint?.indexBytes ?? 0)
    const index = await this.#shares.getIndex(share)
    this.#indexes.set(share.id, index)
    this.#indexBytes += index.length
    return index
  }

  #makeRoom(bytes: number): void {
    for (const [id, oldest] of this.#indexes) {
      if (this.#indexBytes + bytes <= this.#bytesMax) return
      this.#indexes.delete(id)
      this.#indexBytes -= oldest.length
    }
  }
}

function unlessEmpty(bytes: Bytes): Bytes {
  if (bytes.length > 0) return bytes
  throw new TransferError('CHUNK_MISSING', 'This seed does not have that part of the share.')
}

import { isEqual, type Bytes } from '../../protocol/bytes.ts'
import { engine } from '../../protocol/crypto/engine.ts'
import { TransferError } from '../../protocol/errors.ts'
import { extentOf, HASH_BYTES } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS, SEALED_CHUNK_BYTES_MAX } from '../../protocol/limits.ts'
import { encodeShareFile } from '../catalog/share-file.ts'
import type { Share } from '../catalog/share.ts'
import { FatalError } from '../fatal-error.ts'
import type { ExtentReader } from '../store/extent-store.ts'
import { sealedChunkBytes } from './data-layout.ts'
import type { ShareParts } from './share-parts.ts'

/** Between two looks at which files there are. */
const PRESENCE_FRESH_MS = 10_000

/** The copies on this seed's disk: none is believed before it was hashed, and a bad one is held no more. */
export class Copies {
  readonly #parts: ShareParts
  readonly #looks = new WeakMap<Share, Readonly<{ atMs: number; done: Promise<void> }>>()
  /** Bad or lost copies found since the process started. */
  damagedCount = 0

  constructor(parts: ShareParts) {
    this.#parts = parts
  }

  /** One chunk as it should be. @throws {TransferError} CHUNK_MISSING, after a bad copy was reported. */
  async getChunk(share: Share, index: number): Promise<Bytes> {
    if (share.held.has(index)) {
      const sealed = await this.#readGood(share, index)
      if (sealed !== undefined) return sealed
      await this.reportBad(share, index)
    }
    throw missing(index)
  }

  /** The sealed index as it should be. @throws {TransferError} CHUNK_MISSING, after a bad copy was reported. */
  async getIndex(share: Share): Promise<Bytes> {
    if (share.isIndexHeld) {
      const sealed = await this.#readGoodIndex(share)
      if (sealed !== undefined) return sealed
      await this.#reportBadIndex(share)
    }
    throw new TransferError('CHUNK_MISSING', 'This seed does not hold the list of files yet.')
  }

  /** Whether a good copy lies on the disk, whatever is known of it. */
  async isGood(share: Share, index: number): Promise<boolean> {
    return (await this.#readGood(share, index)) !== undefined
  }

  /** Whether a good index lies on the disk, whatever is known of it. */
  async isIndexGood(share: Share): Promise<boolean> {
    return (await this.#readGoodIndex(share)) !== undefined
  }

  /** Takes a bad copy out of what is held, unless a second look, with no writer beside it, finds it good. */
  async reportBad(share: Share, index: number): Promise<void> {
    const { locks, catalog, events } = this.#parts
    await locks.run(share.id, async () => {
      if (share.isRemoved || !share.held.has(index) || (await this.isGood(share, index))) return
      await catalog.commit(share, { missing: [index] })
      this.damagedCount += 1
      events.emit({ type: 'damaged', shareId: share.id, index })
    })
  }

  /**
   * Looks which extents are there at all, and whether the index is, so that a receipt or bitmap does not speak of
   * files that somebody deleted. Cheap, so it is done before each, but not again within 10 s: whoever asks then waits
   * for the same look.
   */
  checkPresence(share: Share): Promise<void> {
    const atMs = this.#parts.nowMs()
    const last = this.#looks.get(share)
    if (last !== undefined && Math.abs(atMs - last.atMs) < PRESENCE_FRESH_MS) return last.done
    const done = this.#look(share)
    const look = { atMs, done }
    this.#looks.set(share, look)
    // What kept it from being looked at may be over at once.
    done.catch(() => this.#looks.get(share) === look && this.#looks.delete(share))
    return done
  }

  async #look(share: Share): Promise<void> {
    const { store, locks, catalog, events } = this.#parts
    await locks.run(share.id, async () => {
      if (share.isRemoved || share.isDeleted) return
      await this.#restoreShareFile(share)
      const extents = await store.listExtents(share.id)
      const gone = Array.from(heldOutside(share, extents))
      const isIndexHeld = share.isIndexHeld && (await store.hasFile(share.id, 'index'))
      const lost = share.isIndexHeld === isIndexHeld ? gone : [...gone, undefined]
      if (lost.length === 0) return
      await catalog.commit(share, { missing: gone, isIndexHeld })
      this.damagedCount += lost.length
      for (const index of lost) events.emit({ type: 'damaged', shareId: share.id, index })
    })
  }

  async #restoreShareFile(share: Share): Promise<void> {
    const { store } = this.#parts
    const expected = encodeShareFile(share, share.accepted?.bytes)
    const found = await store.getFile(share.id, 'share')
    if (found !== undefined && isEqual(found, expected)) return
    await store.putFile(share.id, 'share', expected)
  }

  async #readGood(share: Share, index: number): Promise<Bytes | undefined> {
    const { checkpoint } = share
    const hash = await this.hashOf(share, index)
    if (checkpoint === undefined || hash === undefined) return undefined
    const extent = extentOf(index)
    await using reader = await this.#parts.store.openReader({ shareId: share.id, extent })
    if (reader === undefined) return undefined
    const sealed = new Uint8Array(sealedChunkBytes(checkpoint, index))
    const filled = await readOrNothing(reader, offsetOf(index), sealed)
    const isWhole = filled === sealed.length
    return isWhole && isEqual(await engine.sha256(sealed), hash) ? sealed : undefined
  }

  async #readGoodIndex(share: Share): Promise<Bytes | undefined> {
    const { checkpoint } = share
    const sealed = await this.#parts.store.getFile(share.id, 'index')
    if (checkpoint === undefined || sealed?.length !== checkpoint.indexBytes) return undefined
    return isEqual(await engine.sha256(sealed), checkpoint.indexHash) ? sealed : undefined
  }

  /** The published hash of one chunk, undefined if there is none. */
  async hashOf(share: Share, index: number): Promise<Bytes | undefined> {
    const extent = extentOf(index)
    const hashes = await this.#parts.catalog.chunkHashes(share, extent)
    const offset = (index % EXTENT_CHUNKS) * HASH_BYTES
    const hash = hashes?.slice(offset, offset + HASH_BYTES)
    return hash?.length === HASH_BYTES ? hash : undefined
  }

  async #reportBadIndex(share: Share): Promise<void> {
    const { locks, catalog, events } = this.#parts
    await locks.run(share.id, async () => {
      if (share.isRemoved || !share.isIndexHeld || (await this.isIndexGood(share))) return
      await catalog.commit(share, { isIndexHeld: false })
      this.damagedCount += 1
      events.emit({ type: 'damaged', shareId: share.id, index: undefined })
    })
  }
}

/** Where in its extent a chunk starts. */
export function offsetOf(index: number): number {
  return (index % EXTENT_CHUNKS) * SEALED_CHUNK_BYTES_MAX
}

/** Reads, and takes a sector that cannot be read for one that holds nothing: it is repaired like any other. */
export async function readOrNothing(
  reader: ExtentReader,
  offset: number,
  into: Bytes,
): Promise<number> {
  try {
    return await reader.read(offset, into)
  } catch (cause) {
    if (cause instanceof FatalError) throw cause
    return 0
  }
}

export function missing(index: number): TransferError {
  const details = { chunk: index }
  return new TransferError('CHUNK_MISSING', `This seed does not hold chunk ${index}.`, { details })
}

function* heldOutside(share: Share, extents: ReadonlySet<number>): Generator<number> {
  for (let index = 0; index < share.chunkCount; index += 1) {
    const extent = extentOf(index)
    if (!extents.has(extent) && share.held.has(index)) yield index
  }
}

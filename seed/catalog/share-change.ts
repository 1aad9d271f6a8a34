import type { Accepted } from '../../protocol/accept.ts'
import { type Bytes } from '../../protocol/bytes.ts'
import { extentChunkCount, extentOf } from '../../protocol/hash-list.ts'
import { EXTENT_CHUNKS } from '../../protocol/limits.ts'
import type { SeedId } from '../../protocol/seed-id.ts'
import type { ShareId } from '../../protocol/share-id.ts'
import { sealedChunkBytes } from '../share/data-layout.ts'
import { extentBitOf } from './held-chunks.ts'
import type { RowChange } from './level-rows.ts'
import type { Share } from './share.ts'
import { encodeShareRow } from './share-row.ts'

/** What is to be so from now on; what is not named stays as it is. */
export type ShareChange = Readonly<{
  /** With the chunk hashes of every extent that is new or has grown. */
  accepted?: Accepted
  acceptedAtMs?: number
  held?: readonly number[]
  missing?: readonly number[]
  isIndexHeld?: boolean
  isVerified?: boolean
  /** Nothing is held any more, neither chunks nor index. */
  isEmptied?: true
  evidence?: Bytes
  receipt?: Readonly<{ seedId: SeedId; bytes: Bytes }>
}>

/** Keys of the catalog's rows; extents and seeds in hex, so that a share's rows stand together. */
export const rowKeys = {
  share: (id: ShareId) => `s${id}`,
  hashes: (id: ShareId, extent: number) => `h${id}${hexOf(extent)}`,
  allHeld: (id: ShareId) => `b${id}`,
  held: (id: ShareId, extent: number) => `b${id}${hexOf(extent)}`,
  receipt: (id: ShareId, seedId: SeedId) => `r${id}${seedId}`,
} as const

const EXTENT_DIGITS = 6

/** A change worked out against a share that is not touched yet: rows first, memory after. */
export class PlannedChange {
  readonly #share: Share
  readonly #change: ShareChange
  /** Chunks that become held or missing. */
  readonly #added: readonly number[]
  readonly #removed: readonly number[]
  readonly storedBytes: number

  constructor(share: Share, change: ShareChange) {
    this.#share = share
    this.#change = change
    const isHeld = (index: number): boolean => share.held.has(index)
    this.#added = (change.held ?? []).filter((index) => !isHeld(index))
    this.#removed = (change.missing ?? []).filter(isHeld)
    this.storedBytes = this.#countBytes()
  }

  /** Rows to write at once. Those of an emptied share's held chunks are deleted beside it. */
  rows(): RowChange[] {
    const { evidence } = this.#change
    const share: RowChange = {
      type: 'put',
      key: rowKeys.share(this.#share.id),
      value: encodeShareRow({
        ...this.#share.origin,
        maxChunks: this.#share.origin.grant.maxChunks,
        grantNotAfterMs: this.#share.origin.grant.notAfterMs,
        changedAtMs: this.#change.acceptedAtMs ?? this.#share.changedAtMs,
        storedBytes: this.storedBytes,
        isVerified: this.#change.isVerified ?? this.#share.isVerified,
        isIndexHeld: this.#isIndexHeld,
        checkpointBytes: this.#accepted?.bytes,
        evidence: evidence ?? this.#share.evidence,
      }),
    }
    return [share, ...this.#receiptRows(), ...this.#hashRows(), ...this.#heldRows()]
  }

  /** Makes it so in memory, once the rows are durable. */
  apply(): void {
    const { accepted, acceptedAtMs, isVerified, evidence, receipt, isEmptied } = this.#change
    const share = this.#share
    share.isIndexHeld = this.#isIndexHeld
    share.storedBytes = this.storedBytes
    if (accepted !== undefined) share.accepted = withoutWholeExtents(accepted)
    if (acceptedAtMs !== undefined) share.changedAtMs = acceptedAtMs
    if (isVerified !== undefined) share.isVerified = isVerified
    if (evidence !== undefined) share.evidence = evidence
    if (receipt !== undefined) share.receipts.set(receipt.seedId, receipt.bytes)
    if (isEmptied === true) share.empty()
    for (const index of this.#removed) share.held.delete(index)
    for (const index of this.#added) share.held.add(index)
  }

  get #accepted(): Accepted | undefined {
    return this.#change.accepted ?? this.#share.accepted
  }

  get #isIndexHeld(): boolean {
    if (this.#change.isEmptied === true) return false
    return this.#change.isIndexHeld ?? this.#share.isIndexHeld
  }

  #countBytes(): number {
    const checkpoint = this.#accepted?.checkpoint
    if (checkpoint === undefined || this.#change.isEmptied === true) return 0
    const bytesOf = (indexes: readonly number[]): number =>
      indexes.reduce((sum, index) => sum + sealedChunkBytes(checkpoint, index), 0)
    const indexes = Number(this.#isIndexHeld) - Number(this.#share.isIndexHeld)
    const indexBytes = checkpoint.indexBytes * indexes
    return this.#share.storedBytes + bytesOf(this.#added) - bytesOf(this.#removed) + indexBytes
  }

  #receiptRows(): RowChange[] {
    const { receipt } = this.#change
    if (receipt === undefined) return []
    const key = rowKeys.receipt(this.#share.id, receipt.seedId)
    return [{ type: 'put', key, value: receipt.bytes }]
  }

  /** Chunk hashes of extents that are not stored yet: a whole extent's never change. */
  #hashRows(): RowChange[] {
    const before = this.#share.isVerified ? (this.#share.accepted?.extents ?? []) : []
    return (this.#change.accepted?.extents ?? []).flatMap(({ chunkHashes }, extent) => {
      if (chunkHashes === undefined || before[extent]?.chunkHashes === chunkHashes) return []
      const key = rowKeys.hashes(this.#share.id, extent)
      return [{ type: 'put', key, value: chunkHashes }]
    })
  }

  #heldRows(): RowChange[] {
    const touched = new Set([...this.#added, ...this.#removed].map((index) => extentOf(index)))
    return Array.from(touched, (extent) => {
      const key = rowKeys.held(this.#share.id, extent)
      return { type: 'put', key, value: this.#heldBits(extent) }
    })
  }

  #heldBits(extent: number): Bytes {
    let bits = this.#share.held.extentBits(extent)
    for (const index of this.#removed) bits &= ~extentBitOf(extent, index)
    for (const index of this.#added) bits |= extentBitOf(extent, index)
    return Uint8Array.of(bits >> 8, bits & 0xff)
  }
}

/** Only an incomplete extent's chunk hashes are kept in memory: the next checkpoint is compared with them. */
function withoutWholeExtents(accepted: Accepted): Accepted {
  const { chunkCount } = accepted.checkpoint
  const extents = accepted.extents.map((extent, e) => {
    const isWhole = extentChunkCount(e, chunkCount) === EXTENT_CHUNKS
    return isWhole && extent.chunkHashes !== undefined
      ? { hash: extent.hash, chunkHashes: undefined }
      : extent
  })
  return { ...accepted, extents }
}

function hexOf(extent: number): string {
  return extent.toString(16).padStart(EXTENT_DIGITS, '0')
}
